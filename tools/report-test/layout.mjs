// Checks of a page's layout. The functions run in the page and return complaints.

// Elements that reach over the edge of the window or out of their section.
export function overhangs() {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > width) {
    found.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
  }
  const isClipped = (head) => head && head.getBoundingClientRect().width <= 1;
  const name = (element) => {
    const text = element.textContent.trim().slice(0, 40);
    return `${element.tagName} ${element.getAttribute("class") ?? ""} "${text}"`;
  };
  for (const section of document.querySelectorAll("section, header, footer")) {
    const frame = section.getBoundingClientRect();
    for (const element of section.querySelectorAll("*")) {
      // Folded content has no layout, and asking for one takes long.
      if (element.parentElement.closest("details:not([open])") && element.tagName !== "SUMMARY") {
        continue;
      }
      const box = element.getBoundingClientRect();
      // Tooltips and options have no box. Narrow screens clip the heads of tables.
      const unseen = (box.width === 0 && box.height === 0) || isClipped(element.closest("thead"));
      // Half a pixel is rounding.
      const out = box.right > frame.right + 0.5 || box.left < frame.left - 0.5;
      if (out && !unseen) {
        found.push(`${name(element)} hangs out of its section`);
      }
    }
  }
  return found;
}

// Labels of charts that overlap each other, that leave the chart, or that a mean line crosses.
export function chartFaults() {
  const found = [];
  const overlap = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 0.5 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2.5;
  for (const chart of document.querySelectorAll("svg.chart")) {
    const frame = chart.getBoundingClientRect();
    const labels = Array.from(chart.querySelectorAll("text"), (text) => ({
      text: text.textContent,
      box: text.getBoundingClientRect(),
    }));
    labels.forEach(({ text, box }, place) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) {
        found.push(`"${text}" leaves its chart`);
      }
      for (const other of labels.slice(place + 1)) {
        if (overlap(box, other.box)) {
          found.push(`"${text}" and "${other.text}" overlap`);
        }
      }
    });
    for (const line of chart.querySelectorAll("line.mean")) {
      const crossed = line.getBoundingClientRect();
      for (const { text, box } of labels) {
        const beside = crossed.left >= box.right;
        if (!beside && box.top < crossed.top && crossed.top < box.bottom) {
          found.push(`the mean line crosses "${text}"`);
        }
      }
    }
  }
  return found;
}

// Bars and dots whose value does not show when the pointer is over them.
export function valuesWithoutHover() {
  const found = [];
  const shapes = document.querySelectorAll("svg.chart rect, svg.chart circle");
  for (const shape of shapes) {
    const title = shape.querySelector("title");
    shape.scrollIntoView({ block: "center" });
    const box = shape.getBoundingClientRect();
    if (box.width < 1 || box.height < 1 || shape.classList.contains("track")) {
      continue;
    }
    const on = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!title || !(on?.querySelector("title")?.textContent)) {
      found.push(`${shape.outerHTML} shows no value`);
    }
  }
  return shapes.length === 0 ? ["the page has no bar"] : found;
}
