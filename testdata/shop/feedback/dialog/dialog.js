// <button data-opens="size-guide"> opens <dialog id="size-guide">. Escape, focus and the way back are the browser's.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
});
