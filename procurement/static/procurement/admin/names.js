/* Names for the search boxes of select2, which gives them none: each is called as the field that it stands for. */
(function () {
  "use strict";

  function nameOf(select) {
    const label = select.labels && select.labels[0];
    return (label ? label.textContent : select.getAttribute("aria-label") || select.name).trim();
  }

  function nameBoxes() {
    document.querySelectorAll("select.select2-hidden-accessible").forEach((select) => {
      const box = select.nextElementSibling && select.nextElementSibling.querySelector("[role=combobox]");
      if (box && !box.hasAttribute("aria-label")) {
        const shown = box.querySelector(".select2-selection__rendered");
        const chosen = shown && shown.getAttribute("title");
        box.removeAttribute("aria-labelledby");
        box.setAttribute("aria-label", chosen ? `${nameOf(select)}: ${chosen}` : nameOf(select));
      }
    });
    document.querySelectorAll(".select2-search__field:not([aria-label])").forEach((field) => {
      const select = field.closest(".select2-container")?.previousElementSibling;
      field.setAttribute("aria-label", select && select.tagName === "SELECT" ? nameOf(select) : document.title);
    });
  }

  function renamed(event) {
    const box = event.target.nextElementSibling?.querySelector("[role=combobox]");
    box?.removeAttribute("aria-label");
    nameBoxes();
  }

  window.addEventListener("load", () => {
    nameBoxes();
    const jQuery = window.django && window.django.jQuery;
    if (jQuery) {
      jQuery(document).on("select2:select select2:clear select2:unselect", renamed);
      jQuery(document).on("select2:open", (event) => {
        const field = document.querySelector(".select2-container--open .select2-search__field");
        if (field) field.setAttribute("aria-label", nameOf(event.target));
      });
      jQuery(document).on("formset:added", nameBoxes);
    }
  });
})();
