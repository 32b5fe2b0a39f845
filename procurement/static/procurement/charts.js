// Makes charts live when they are first shown: <figure class="chart" data-spec-url="..." data-library="...">.
// Without this script, without the library, or where data are to be saved, the picture stays.
"use strict";
(() => {
  const NARROW = 560;
  const PATIENCE = 4;
  let loading;
  let before = Promise.resolve();

  function library(address) {
    loading ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });
    return loading;
  }

  async function described(figure, picture) {
    const address = new URL(figure.dataset.specUrl, document.baseURI);
    address.searchParams.set("theme", matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    address.searchParams.set("size", picture.clientWidth < NARROW ? "phone" : "page");
    const answer = await asked(address, PATIENCE);
    return (await answer.json()).specification;
  }

  // An answer that is to be had later is waited for.
  async function asked(address, tries) {
    const answer = await fetch(address);
    if (answer.ok) return answer;
    const seconds = Number(answer.headers.get("Retry-After"));
    if (!seconds || seconds > 30 || tries === 0) throw new Error(`the chart's description was answered ${answer.status}`);
    await new Promise((done) => setTimeout(done, seconds * 1000));
    return asked(address, tries - 1);
  }

  function drawn(image) {
    return image.complete ? undefined : new Promise((done) => ["load", "error"].forEach((end) => image.addEventListener(end, done)));
  }

  async function enliven(figure) {
    const picture = figure.querySelector("picture");
    await drawn(picture.querySelector("img")); // the service makes the picture and the description of the same data
    const [specification] = await Promise.all([described(figure, picture), library(figure.dataset.library)]);
    const live = document.createElement("div");
    live.className = "live";
    live.tabIndex = 0; // on a phone it is wider than the screen, and keys scroll it
    // Vega's interpreter needs no eval; styles are ours, as none may be put into the page
    await window.vegaEmbed(live, specification, {
      ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true },
    });
    // Vega names every mark by itself; to those who listen it is one picture, with the words of the other
    live.querySelector("svg").setAttribute("aria-hidden", "true");
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", picture.querySelector("img").alt);
    picture.after(live);
    figure.classList.add("is-live");
  }

  function watch() {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries.filter((each) => each.isIntersecting)) {
        seen.unobserve(entry.target);
        // one after another, as each is a question to the service; where it fails the picture stays
        before = before.then(() => enliven(entry.target)).catch(() => {});
      }
    });
    document.querySelectorAll("figure.chart:has(picture)").forEach((figure) => seen.observe(figure));
  }

  if (navigator.connection?.saveData) return;
  if (document.readyState === "complete") watch();
  else addEventListener("load", watch);
})();
