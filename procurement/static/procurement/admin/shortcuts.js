// Keyboard shortcuts of the admin. None fires while something is typed; those of single characters can be switched off
// in the dialog that lists them, and the browser remembers that.
(() => {
  "use strict";

  const OFF = "procurement.shortcuts.off";
  let going = false; // whether a g waits for its second letter
  let waiting = 0;

  const by = (id) => document.getElementById(id);
  const isOff = () => localStorage.getItem(OFF) === "1";
  const isTyping = (at) =>
    at instanceof HTMLElement &&
    (at.isContentEditable || at.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [role=combobox]"));

  // rows of the list

  const rows = () => [...document.querySelectorAll("#result_list tr.data-row, .desk-rows > li")];
  const linkIn = (row) => row.querySelector("th a[href], a[href]");

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.contains(document.activeElement) || row.classList.contains("desk-row"));
    const next = Math.min(Math.max(now < 0 ? (by > 0 ? 0 : all.length - 1) : now + by, 0), all.length - 1);
    all.forEach((row) => row.classList.remove("desk-row"));
    all[next].classList.add("desk-row");
    linkIn(all[next])?.focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  function open() {
    const row = rows().find((each) => each.classList.contains("desk-row"));
    const link = row && linkIn(row);
    if (!link) return false;
    link.click();
    return true;
  }

  // places and forms

  function go(key) {
    const place = by("desk-places")?.dataset[key];
    if (place) window.location.assign(place);
  }

  function add() {
    const link = document.querySelector('a.addlink[href], a[href$="/add/"], #header-inner a[href*="/add/"]');
    if (link) link.click();
  }

  function save() {
    const inForm = document.activeElement?.closest("form");
    const form = inForm && inForm.querySelector("[name=_save]") ? inForm : document.querySelector("form [name=_save]")?.form;
    const button = form?.querySelector("[name=_save]");
    if (button) button.click();
    else if (inForm && inForm.method === "post") inForm.requestSubmit();
  }

  function focusOn(field) {
    if (!field) return false;
    field.focus();
    field.select?.();
    return true;
  }

  function help() {
    const dialog = by("desk-shortcuts");
    by("desk-shortcuts-on").checked = !isOff();
    if (!dialog.open) dialog.showModal(); // keeps the focus inside, and closes at Esc
  }

  const ACTS = {
    "?": help,
    "/": () => focusOn(by("desk-find")),
    f: () => focusOn(by("searchbar")),
    n: add,
    j: () => step(1),
    k: () => step(-1),
    o: open,
  };

  function second(key) {
    going = false;
    window.clearTimeout(waiting);
    go(key);
  }

  function first() {
    going = true;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => (going = false), 1500);
  }

  // What the theme does at single letters (t, /) is done here or not at all: it could not be switched off.
  function pressed(event) {
    if (event.isComposing || event.altKey || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      save();
      return;
    }
    if (event.ctrlKey || event.metaKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter") {
      if (!isOff() && document.activeElement === document.body && open()) event.preventDefault();
      return;
    }
    if (event.key.length !== 1) return;
    event.stopImmediatePropagation();
    if (isOff()) return;
    const act = going ? () => second(event.key) : event.key === "g" ? first : ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  window.addEventListener("keydown", pressed, true);
  document.addEventListener("DOMContentLoaded", () => {
    by("desk-help")?.addEventListener("click", help);
    by("desk-shortcuts-on")?.addEventListener("change", (event) => {
      localStorage.setItem(OFF, event.target.checked ? "0" : "1");
    });
  });
})();
