// What somebody who cannot see, cannot use a mouse or has a small screen would stumble over on this page.
() => {
  const found = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const told = (element) => `${element.tagName} ${element.id} ${element.textContent.trim().slice(0, 40)}`;
  const expect = (holds, what) => holds || found.push(what);

  expect(document.documentElement.scrollWidth <= innerWidth, "the page is wider than the screen");
  expect(document.documentElement.lang && document.title, "no language or no title");
  expect(all("main").length === 1 && all("header").length === 1 && all("nav").length === 1, "landmarks");
  expect(all("h1").filter(visible).length === 1, "not exactly one h1");
  let before = 0;
  for (const heading of all("h1, h2, h3, h4")) {
    const level = Number(heading.tagName[1]);
    expect(level <= before + 1, `a level of headings is left out: ${told(heading)}`);
    before = level;
  }
  const ids = all("[id]").map((element) => element.id);
  expect(new Set(ids).size === ids.length, "an id is there twice");
  for (const name of ["aria-labelledby", "aria-describedby"]) {
    for (const element of all(`[${name}]`)) {
      const names = element.getAttribute(name).split(" ");
      expect(names.every((id) => document.getElementById(id)), `names nothing: ${told(element)}`);
    }
  }
  for (const table of all("table")) {
    expect(table.querySelectorAll("thead th[scope=col]").length > 1, "a table without column heads");
    const rows = [...table.querySelectorAll("tbody tr")];
    expect(rows.every((row) => row.querySelector("th[scope=row]")), "a row without its head");
  }
  for (const picture of all("svg")) {
    const said = picture.getAttribute("role") === "img" && picture.getAttribute("aria-label");
    expect(said || picture.getAttribute("aria-hidden") === "true", "a picture without words");
  }
  for (const control of all("button, a[href], input, summary").filter(visible)) {
    const label = control.labels?.[0]?.textContent || control.textContent;
    expect(control.type === "hidden" || label.trim(), `a control without a name: ${told(control)}`);
    control.focus();
    const style = getComputedStyle(control);
    const shown = document.activeElement !== control || style.outlineStyle !== "none";
    expect(control.type === "hidden" || shown, `no sign of the focus: ${told(control)}`);
  }
  document.activeElement.blur();

  const parse = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const paper = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(each).backgroundColor);
      if (alpha === 1 && r !== undefined) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  for (const element of all("body *").filter(visible)) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (own && !element.closest("svg, script, noscript")) {
      const ratio = contrast(parse(getComputedStyle(element).color), paper(element));
      expect(ratio >= 4.5, `contrast ${ratio.toFixed(1)}: ${told(element)}`);
    }
  }
  for (const line of all("svg .line")) {
    const ratio = contrast(parse(getComputedStyle(line).stroke), paper(line.closest("figure")));
    expect(ratio >= 3, `a line's contrast is ${ratio.toFixed(1)}`);
  }
  return found;
}
