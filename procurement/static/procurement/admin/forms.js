// Search boxes (select2) tell their changes through jQuery only, and have no names for those who hear pages.
window.addEventListener("load", () => {
    const $ = django.jQuery;
    $(document).on("change", "select", (event) => {
        document.body.dispatchEvent(new CustomEvent("chosen", { detail: { name: event.target.name } }));
    });
    $("select.select2-hidden-accessible").each((_, select) => {
        const label = document.querySelector(`label[for="${select.id}"]`);
        const box = select.nextElementSibling?.querySelector(".select2-selection");
        if (label && box) {
            label.id ||= `${select.id}_label`;
            box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") ?? ""}`.trim());
        }
    });
    $(document).on("select2:open", (event) => {
        const label = document.querySelector(`label[for="${event.target.id}"]`);
        const typed = document.querySelector(".select2-container--open .select2-search__field");
        if (label && typed) {
            typed.setAttribute("aria-label", label.textContent.trim());
            typed.focus();
        }
    });
});
