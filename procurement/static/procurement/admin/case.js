// Later pages begin at their heading: the keys of who goes through them without a mouse need not pass the menu again.
window.addEventListener("load", () => document.querySelector("[data-begins]")?.focus());

// "Use it" puts a row on record into its field: into a picker as its choice, into a box as its text.
document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    const field = document.getElementById(`id_${button.dataset.choose}`);
    if (field.tagName === "SELECT") field.replaceChildren(new Option(button.dataset.words, button.dataset.value, true, true));
    else field.value = button.dataset.value;
    django.jQuery(field).trigger("change");
    field.dispatchEvent(new Event("change", { bubbles: true }));
});
