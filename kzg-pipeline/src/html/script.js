"use strict";
document.documentElement.classList.add("scripted");
function copy(text, button) {
  const done = () => { button.textContent = "Copied"; };
  const byHand = () => {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    done();
  };
  if (navigator.clipboard) {
    navigator.clipboard.writeText(text).then(done, byHand);
  } else {
    byHand();
  }
}
function key(row, column) {
  const cell = row.children[column];
  return cell.dataset.key ?? cell.textContent;
}
function sort(heading) {
  const table = heading.closest("table");
  const column = Array.from(heading.parentNode.children).indexOf(heading);
  const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of heading.parentNode.children) {
    other.removeAttribute("aria-sort");
  }
  heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  const order = new Intl.Collator("en", { numeric: true });
  const rows = Array.from(table.tBodies[0].rows);
  rows.sort((one, other) => sign * order.compare(key(one, column), key(other, column)));
  table.tBodies[0].append(...rows);
}
function filter(box) {
  const section = box.closest("section");
  const text = section.querySelector("input").value.toLowerCase();
  const status = section.querySelector("select").value;
  for (const row of section.querySelectorAll("tbody tr")) {
    const right = [status, ""].includes(status === "" ? "" : row.dataset.status);
    row.hidden = !(right ? row.textContent.toLowerCase().includes(text) : false);
  }
}
document.addEventListener("click", (event) => {
  const copied = event.target.closest("button.copy");
  if (copied) {
    copy(copied.parentNode.querySelector("code").textContent, copied);
    return;
  }
  const sorted = event.target.closest("button.sort");
  if (sorted) {
    sort(sorted.closest("th"));
  }
});
document.addEventListener("input", (event) => {
  const box = event.target.closest(".filter");
  if (box) {
    filter(box);
  }
});
