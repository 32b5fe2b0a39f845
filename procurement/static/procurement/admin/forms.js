// Search boxes (select2) tell their changes through jQuery only; and what opens is typed into.
window.addEventListener("load", () => {
    const $ = django.jQuery;
    $(document).on("change", "select", (event) => {
        document.body.dispatchEvent(new CustomEvent("chosen", { detail: { name: event.target.name } }));
    });
    $(document).on("select2:open", () => document.querySelector(".select2-container--open .select2-search__field")?.focus());
});
