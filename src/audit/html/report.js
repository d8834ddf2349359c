
"use strict";
(() => {
  const form = document.getElementById("search");
  if (!form) return;
  const [words, end, matches] = ["words", "end", "matches"].map((id) => document.getElementById(id));
  const rows = [...document.querySelectorAll(".population tr.row")].map((row) => {
    const story = document.getElementById(row.querySelector("a").hash.slice(1));
    return { row, story, text: null };
  });
  const text = (it) => (it.text ??= (it.row.textContent + " " + it.story.textContent).toLowerCase());
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const it of rows) {
      const fits = (!end.value || it.row.dataset.end.split("|").includes(end.value))
        && wanted.every((word) => text(it).includes(word));
      it.row.classList.toggle("off", !fits);
      it.story.classList.toggle("off", !fits);
      shown += fits;
    }
    for (const body of document.querySelectorAll(".population tbody")) {
      body.classList.toggle("off", !body.querySelector("tr.row:not(.off)"));
    }
    matches.value = shown === rows.length ? "" : shown + " of " + rows.length + " shown";
  };
  words.addEventListener("input", filter);
  end.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  // A browser keeps what was typed when the page is loaded again.
  filter();
})();
