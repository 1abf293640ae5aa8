"use strict";
document.documentElement.classList.add("scripted");

function copied(button, text) {
  button.textContent = text;
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

// Selects the text, unfolded, for a reader who copies it by hand.
function select(code) {
  const fold = code.closest("details");
  if (fold) {
    fold.open = true;
  }
  const range = document.createRange();
  range.selectNodeContents(code);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

// Copies without the clipboard interface, which pages from files may lack.
function copyByCommand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.className = "offscreen";
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    // The browser does not know the command.
  }
  area.remove();
  return done;
}

function copy(button) {
  const code = button.parentNode.querySelector("code");
  const text = code.textContent;
  const byCommand = () => {
    if (copyByCommand(text)) {
      copied(button, "Copied");
      button.focus();
    } else {
      select(code);
      copied(button, "Press Ctrl+C");
    }
  };
  if (navigator.clipboard) {
    navigator.clipboard.writeText(text).then(() => copied(button, "Copied"), byCommand);
  } else {
    byCommand();
  }
}

const collator = new Intl.Collator("en", { numeric: true });

// Numbers stand in data-key, since their readable form does not sort. Others sort by their text.
function compare(one, other) {
  const [first, second] = [one.dataset.key, other.dataset.key];
  if ([first, second].every((key) => key === undefined)) {
    return collator.compare(one.textContent, other.textContent);
  }
  return Number(first ?? -1) - Number(second ?? -1);
}

function sort(table, column, descending) {
  const headings = Array.from(table.tHead.rows[0].cells);
  for (const heading of headings) {
    heading.removeAttribute("aria-sort");
  }
  const rows = Array.from(table.tBodies[0].rows);
  rows.forEach((row, place) => { row.dataset.place ??= place; });
  if (column === null) {
    rows.sort((one, other) => one.dataset.place - other.dataset.place);
  } else {
    const sign = descending ? -1 : 1;
    headings[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
    rows.sort((one, other) => sign * compare(one.cells[column], other.cells[column]));
  }
  table.tBodies[0].append(...rows);
  const order = table.closest("section").querySelector(".order select");
  order.value = column === null ? "" : String(column);
}

// The text of a row: digits in full, numbers in both forms, no names of buttons.
function words(row) {
  const texts = Array.from(row.cells, (cell) => {
    const codes = Array.from(cell.querySelectorAll("code"), (code) => code.textContent);
    const text = codes.length > 0 ? codes.join(" ") : cell.textContent;
    return `${text} ${cell.dataset.key ?? ""}`;
  });
  return texts.join(" ").toLowerCase();
}

function filter(section) {
  const text = section.querySelector(".filter input").value.trim().toLowerCase();
  const status = section.querySelector(".filter select").value;
  let shown = 0;
  for (const row of section.querySelectorAll("tbody tr")) {
    const wanted = status === "" || row.dataset.status === status;
    row.hidden = !wanted || !words(row).includes(text);
    shown += row.hidden ? 0 : 1;
  }
  section.querySelector(".filter output").textContent = `${shown} shown`;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.classList.contains("copy")) {
    copy(button);
  } else if (button?.classList.contains("sort")) {
    const heading = button.closest("th");
    sort(button.closest("table"), heading.cellIndex, heading.getAttribute("aria-sort") === "ascending");
  }
});
document.addEventListener("input", (event) => {
  const section = event.target.closest("section");
  if (event.target.closest(".order")) {
    const column = event.target.value;
    sort(section.querySelector("table"), column === "" ? null : Number(column), false);
  } else if (event.target.closest(".filter")) {
    filter(section);
  }
});
