"use strict";

// Charts: drawn by Vega from the JSON beside them; one legend switches the lines of all charts of a section.
for (const section of document.querySelectorAll(".figure")) {
  const views = [];
  const boxes = [...section.querySelectorAll(".legend input")];
  const show = (view) => view.signal("hidden", boxes.filter((box) => !box.checked).map((box) => box.value)).runAsync();
  for (const box of boxes) box.addEventListener("change", () => views.forEach(show));
  for (const place of section.querySelectorAll(".chart")) {
    const chart = JSON.parse(place.nextElementSibling.textContent);
    // ast: expressions are interpreted, so that the page may forbid all code but its own
    vegaEmbed(place, chart, { actions: false, ast: true, renderer: "svg", tooltip: { theme: "custom" } }).then(
      ({ view }) => {
        views.push(view);
        show(view);
      },
    );
  }
}

// Tables: a press on a column's name sorts by it, a second one turns the order; what has no number comes last.
const collator = new Intl.Collator("en", { numeric: true });
const number = (cell) => ("sort" in cell.dataset ? Number(cell.dataset.sort) : NaN);

function compare(one, other) {
  const [a, b] = [number(one), number(other)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return collator.compare(one.textContent, other.textContent);
}

function isLast(cell) {
  return cell.textContent === "" || (Number.isNaN(number(cell)) && cell.closest("table").dataset.numeric === "yes");
}

function sort(heading) {
  const column = heading.cellIndex;
  const table = heading.closest("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  table.dataset.numeric = rows.some((row) => "sort" in row.cells[column].dataset) ? "yes" : "no";
  rows.sort((one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    return isLast(a) - isLast(b) || sign * compare(a, b);
  });
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  body.append(...rows);
}

// Copying: as tab-separated text, of which a spreadsheet takes nothing for a formula.
const plain = (cell) => cell.textContent.trim().replace(/^([=+\-@＝＋－＠])/, "'$1");

async function copy(button) {
  const table = button.closest(".table").querySelector("table");
  const text = [...table.rows].map((row) => [...row.cells].map(plain).join("\t")).join("\n");
  const status = button.nextElementSibling;
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = "copied";
  } catch {
    getSelection().selectAllChildren(table);
    status.textContent = "selected: press Ctrl+C or ⌘C";
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.classList.contains("sort")) sort(button.closest("th"));
  if (button?.classList.contains("copy")) copy(button);
});
