/* Names for the search boxes of select2, whenever it makes one: the label of its field, and what is chosen. */
(function () {
  "use strict";

  function labelOf(select) {
    const label = select.labels && select.labels[0];
    if (label && !label.id) label.id = `${select.id}_label`;
    return label;
  }

  function nameBox(select) {
    const box = select.nextElementSibling && select.nextElementSibling.querySelector("[role=combobox]");
    const shown = box && box.querySelector(".select2-selection__rendered");
    const label = labelOf(select);
    ["role", "aria-readonly"].forEach((name) => shown?.removeAttribute(name)); // it is no text box: nothing is typed there
    if (!box || box.dataset.isNamed) return;
    box.dataset.isNamed = "yes";
    if (label) box.setAttribute("aria-labelledby", `${label.id} ${shown ? shown.id : ""}`.trim());
    else box.setAttribute("aria-label", select.getAttribute("aria-label") || select.name);
  }

  function nameBoxes() {
    document.querySelectorAll("select.select2-hidden-accessible").forEach(nameBox);
    document.querySelectorAll(".select2-search__field:not([aria-label])").forEach((field) => {
      const select = field.closest(".select2-container")?.previousElementSibling;
      const label = select && select.tagName === "SELECT" ? labelOf(select) : null;
      field.setAttribute("aria-label", label ? label.textContent.trim() : document.title);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
    nameBoxes();
  });
})();
