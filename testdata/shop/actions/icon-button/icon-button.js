// A toggle says at once what it will be when the server has answered.
document.addEventListener("click", (event) => {
  const button = event.target.closest(".icon-button[aria-pressed]");
  if (!button) return;
  const pressed = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!pressed));
});

// What it controls is shown and hidden here.
document.addEventListener("click", (event) => {
  const button = event.target.closest(".icon-button[aria-controls]");
  if (!button) return;
  const expanded = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(expanded));
  document.getElementById(button.getAttribute("aria-controls")).hidden = !expanded;
});
