// Opens the explanation that the address names, and filters the list of figures.
"use strict";
function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const target = named && named.dataset.same ? document.getElementById(named.dataset.same) : named;
  if (target && target.tagName === "DETAILS") {
    target.open = true;
    target.scrollIntoView({ block: "center" });
    target.querySelector("summary").focus({ preventScroll: true });
  }
}
addEventListener("hashchange", openNamed);
addEventListener("click", function (event) {
  const figure = event.target.closest("a[href^='#']");
  if (figure && figure.getAttribute("href") === location.hash) openNamed(); // the address does not change
});
addEventListener("DOMContentLoaded", function () {
  const search = document.getElementById("search");
  search.addEventListener("input", function () {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const entry of document.querySelectorAll("details")) {
      const text = entry.textContent.toLowerCase();
      entry.hidden = !words.every(function (word) { return text.includes(word); });
    }
  });
  openNamed();
});
