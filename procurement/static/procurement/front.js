// The list of days becomes a slider. Without this script it stays a list; nothing is asked for until the button is pressed.
for (const form of document.querySelectorAll("form[data-slider]")) {
  const list = form.querySelector("select");
  const slider = document.createElement("input");
  const shown = document.createElement("output");
  const label = list.labels[0];
  slider.type = "range";
  slider.min = 0;
  slider.max = list.options.length - 1;
  slider.value = list.selectedIndex;
  const show = () => {
    list.selectedIndex = slider.value;
    shown.textContent = list.options[list.selectedIndex].text;
    slider.setAttribute("aria-valuetext", shown.textContent);
  };
  slider.addEventListener("input", show);
  list.hidden = true;
  label.append(slider, shown);
  show();
}
