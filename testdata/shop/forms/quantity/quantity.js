// Without this script, both buttons send the form and the server counts. With it, they count at once.
document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-quantity] [name='step']");
  if (!step) return;
  event.preventDefault();
  const box = step.closest("[data-quantity]");
  const input = box.querySelector("input");
  if (step.value === "1") input.stepUp();
  else input.stepDown();
  for (const button of box.querySelectorAll("[name='step']")) {
    button.disabled = input.value === (button.value === "1" ? input.max : input.min);
  }
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
