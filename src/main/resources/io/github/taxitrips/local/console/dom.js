// Small means to make elements and to write numbers. Text only ever becomes a text node, so nothing that passes through the
// pipeline can become markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element: el('p', {class: 'note', onclick: f}, 'text', child). */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Makes an element of SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value != null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** Writes a text where it differs, so that nothing is laid out anew for nothing. */
export function text(element, value) {
  const wanted = String(value);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

/** A panel with a heading. */
export function panel(title, span, ...children) {
  const head = el('header', {}, el('h2', {}, title));
  const section = el('section', {class: 'panel ' + span, 'aria-label': title}, head, ...children);
  section.head = head;
  return section;
}

const WHOLE = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});

export function number(value) {
  return WHOLE.format(value);
}

/** A rate or a short figure: three digits. */
export function figure(value) {
  if (value >= 1e6) {
    return (value / 1e6).toFixed(value >= 1e7 ? 1 : 2) + ' M';
  }
  return value >= 100 || value === 0 || Number.isInteger(value) ? number(value) : value.toFixed(1);
}

export function bytes(value) {
  for (const [unit, size] of [['GB', 1e9], ['MB', 1e6], ['KB', 1e3]]) {
    if (value >= size) {
      return (value / size).toFixed(value / size >= 100 ? 0 : 1) + ' ' + unit;
    }
  }
  return number(value) + ' B';
}

export function millis(value) {
  if (value < 1000) {
    return Math.round(value) + ' ms';
  }
  if (value < 60_000) {
    return (value / 1000).toFixed(1) + ' s';
  }
  if (value < 3_600_000) {
    return Math.floor(value / 60_000) + ' min ' + Math.round((value % 60_000) / 1000) + ' s';
  }
  return Math.floor(value / 3_600_000) + ' h ' + Math.round((value % 3_600_000) / 60_000) + ' min';
}

export function clock(time) {
  return new Date(time).toLocaleTimeString('en-GB');
}

/** A day and time of it. */
export function moment(time) {
  return new Date(time).toLocaleString('sv-SE');
}

/** Does what is asked for, which attempt(action) returns, or shows in error what went wrong, and returns null. */
export function attempts() {
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  async function attempt(action) {
    error.hidden = true;
    try {
      return await action();
    } catch (e) {
      text(error, e.message);
      error.hidden = false;
      return null;
    }
  }
  return {error, attempt};
}

/** A table's head cells. */
export function heads(...names) {
  return el('thead', {}, el('tr', {}, names.map((name) => el('th', {scope: 'col', class: name.endsWith('#') ? 'n' : null}, name.replace('#', '')))));
}

/** Saves a text as a file. */
export function save(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], {type}));
  el('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
