// a form sent twice would be two facts
const buttons = (off) => document.querySelectorAll("#submit-row button").forEach((button) => { button.disabled = off; });
document.addEventListener("submit", () => setTimeout(() => buttons(true)));
window.addEventListener("pageshow", () => buttons(false));
