// What an eye would see at once: text beside the window, on top of other text, cut off, broken into letters or columns;
// and what a keyboard cannot reach. Gives one sentence for each, nothing when all is well.
() => {
  const faults = new Set();
  const width = document.documentElement.clientWidth;
  const styles = new Map();
  const styleOf = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
  const name = (element) => `<${element.tagName.toLowerCase()}${element.id ? " #" + element.id : ""}${element.className?.baseVal === undefined && element.className ? " ." + element.className.split(" ").join(".") : ""}>`;
  const said = (text) => `“${text.trim().replace(/\s+/g, " ").slice(0, 60)}”`;

  const overflow = document.documentElement.scrollWidth - width;
  if (overflow > 0) faults.add(`the page is ${overflow} pixels too wide`);

  /** How the boxes around an element cut it: the visible part of the page for it, whether it floats above the rest. */
  const frames = new Map();
  const frameOf = (element) => {
    if (!element || element === document.documentElement) return { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity, floats: false, gone: false, scrolls: false };
    if (frames.has(element)) return frames.get(element);
    const style = styleOf(element);
    const frame = { ...frameOf(element.parentElement) };
    if (/fixed|sticky/.test(style.position) || (style.position === "absolute" && style.zIndex !== "auto")) frame.floats = true;
    if (style.clipPath !== "none" || element.classList.contains("skip")) frame.gone = true;
    const cutsAcross = style.overflowX !== "visible", cutsDown = style.overflowY !== "visible";
    if ((cutsAcross || cutsDown) && !/^(svg|INPUT|SELECT|TEXTAREA)$/.test(element.tagName) && element !== document.body) {
      const box = element.getBoundingClientRect();
      if (cutsAcross) Object.assign(frame, { left: Math.max(frame.left, box.left), right: Math.min(frame.right, box.right) });
      if (cutsDown) Object.assign(frame, { top: Math.max(frame.top, box.top), bottom: Math.min(frame.bottom, box.bottom) });
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) frame.scrolls = true;
      else if (element.scrollWidth > element.clientWidth + 1 && cutsAcross && !frame.gone) faults.add(`${name(element)} cuts off ${said(element.textContent)}`);
    }
    frames.set(element, frame);
    return frame;
  };

  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim(), parent = node.parentElement;
    if (!text || /^(SCRIPT|STYLE|OPTION|TEXTAREA|NOSCRIPT|TITLE|DESC)$/i.test(parent.tagName)) continue;
    if (!parent.checkVisibility({ visibilityProperty: true })) continue;
    const frame = frameOf(parent);
    if (frame.gone) continue;
    const parts = /flex|grid/.test(styleOf(parent).display) ? [...parent.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE && one.data.trim()) : [];
    if (parts.length > 1) faults.add(`a sentence in columns: ${name(parent)} ${said(parent.textContent)}`);
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const lines = new Set(boxes.map((box) => Math.round(box.top))).size;
    const words = text.split(/[\s\-_/.@]+/).length;
    if (lines > 1.5 * words + 3) faults.add(`broken into letters, ${lines} lines: ${said(text)}`);
    for (const box of boxes) {
      const piece = { left: Math.max(box.left, frame.left), right: Math.min(box.right, frame.right), top: Math.max(box.top, frame.top), bottom: Math.min(box.bottom, frame.bottom), node, text, floats: frame.floats };
      if (piece.right - piece.left < 2 || piece.bottom - piece.top < 2) continue;
      if (piece.right > width + 1 || piece.left < -1) faults.add(`beside the window: ${said(text)}`);
      pieces.push(piece);
    }
  }
  pieces.sort((one, other) => one.top - other.top);
  pieces.forEach((one, place) => {
    for (let next = place + 1; next < pieces.length && pieces[next].top < one.bottom - 4; next += 1) {
      const other = pieces[next];
      if (other.node === one.node || other.floats !== one.floats) continue;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 2 && down > 5) faults.add(`on top of each other: ${said(one.text)} and ${said(other.text)}`);
    }
  });

  const pen = document.createElement("canvas").getContext("2d");
  const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  const standing = [];
  for (const control of controls) {
    if (control.disabled || !control.checkVisibility({ visibilityProperty: true })) continue;
    const frame = frameOf(control);
    const box = control.getBoundingClientRect();
    if (control.tabIndex < 0) faults.add(`no keyboard reaches ${name(control)} ${said(control.textContent)}`);
    if (control.tabIndex > 0) faults.add(`jumps the queue: ${name(control)}`);
    if (frame.gone) continue;
    if (box.width < 2 || box.height < 2) faults.add(`nothing to see where the focus goes: ${name(control)} ${said(control.textContent)}`);
    if (control.tagName === "SELECT" && control.selectedOptions.length) {
      pen.font = styleOf(control).font;
      const words = control.selectedOptions[0].textContent.trim();
      const room = control.clientWidth - parseFloat(styleOf(control).paddingLeft) - parseFloat(styleOf(control).paddingRight);
      if (pen.measureText(words).width > room + 1) faults.add(`the words do not fit: ${name(control)} ${said(words)}`);
    }
    const wide = control.scrollWidth > control.clientWidth + 1 && /^(BUTTON|SUMMARY)$/.test(control.tagName);
    if (wide && !control.classList.contains("button-link")) faults.add(`the words do not fit: ${name(control)} ${said(control.textContent)}`);
    if (!frame.floats && !frame.scrolls && !(control.tagName === "A" && styleOf(control).display === "inline")) standing.push({ control, box });
  }
  standing.sort((one, other) => one.box.top - other.box.top);
  standing.forEach((one, place) => {
    for (let next = place + 1; next < standing.length && standing[next].box.top < one.box.bottom - 3; next += 1) {
      const other = standing[next];
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      if (across > 3 && !one.control.contains(other.control) && !other.control.contains(one.control)) faults.add(`on top of each other: ${name(one.control)} and ${name(other.control)}`);
    }
  });
  return [...faults];
}
