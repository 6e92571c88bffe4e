document.addEventListener("click", (event) => {
  event.target.closest(".toast .icon-button")?.closest(".toast").remove();
});
