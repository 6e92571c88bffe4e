const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export default ({ text, tone = "calm", children }) =>
  `<span class="badge badge--${escape(tone)}">${escape(text)}${children}</span>`;
