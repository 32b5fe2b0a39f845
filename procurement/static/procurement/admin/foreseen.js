// The part of a page that shows what would change asks again when a picker has chosen: select2 says so through jQuery only.
window.addEventListener("load", () => {
    const slot = document.getElementById("foreseen");
    const form = slot && document.querySelector(slot.dataset.form);
    if (!form) return;
    django.jQuery(form).on("change.foreseen", "select", () => htmx.trigger(slot, "chosen"));
});
