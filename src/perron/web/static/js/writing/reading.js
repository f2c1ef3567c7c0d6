// How long a text is, as the server counts it (text/reading.py, text/letters.py): visible characters, 23 for each link,
// `@user` alone for `@user@domain`. The two are tested against each other; the server has the last word.

const LINK = 23;
const MOST_HANDLES = 50;
const LONGEST_URL = 2048;

const NEWLINE = /\r\n?|[\x0b\x0c\x85\u2028\u2029]/g;
const UNSEEN = /[\x00-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]+/gu;
const PILE = /(\p{M}{30})\p{M}+/gu;
const FLAG = /[\u{1f1e6}-\u{1f1ff}]{2}/gu;
const SIMPLE = /^[\t\n -~\xa0-\xac\xae-\u02ff\u2010-\u2027\u202f-\u203b\u20ac]*$/;

const WORD = /[\p{L}\p{N}_]/u;
const NAME = /[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*/y;
const LABEL = "[^\\s\\x00-,./:-@\\[-^`{-\\xbf\\u2000-\\u206f\\u3000-\\u3004\\u3008-\\u3020\\u30fb\\ufe00-\\uffef]";
const HOST = new RegExp(`${LABEL}+(?:\\.${LABEL}+)*`, "uy");
const NEVER = "\\s<>\"\\\\\\^`{|}«»\\u200b\\u200e\\u200f\\u202a-\\u202f\\u2060-\\u206f\\u3000-\\u3004\\u3008-\\u3020\\ufeff\\uff01-\\uff0f";
const END = ".,;:!?'*\\[\\]\\u2010-\\u2027";
const PATH = new RegExp(`[/?#](?:[^${NEVER}${END}()]+|[${END}]+(?=[^${NEVER}${END}()])|\\([^${NEVER}()]*\\))*`, "uy");
const SCHEME = /https?:\/\//iy;
const SPACE = "\\t\\n \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const USERINFO = new RegExp(`[^${SPACE}/?#@]*@[^${SPACE}]*`, "uy");
const PORT = /:[0-9]{1,5}/y;
const CODE = /[A-Za-z0-9_]{2,}(?=:)/y;
const STICKS = /(?=[\u00aa-\u058f\u1e00-\u1fff\u200c\u200d])[\p{L}\p{N}_\u0300-\u036f\u200c\u200d]/uy;
const TAG_WORD = "[\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}]";
const TAG = new RegExp(`(?!\\p{M})${TAG_WORD}+(?:[\\u00b7\\u30fb\\u200c]+${TAG_WORD}+)*`, "uy");
const TAG_NEEDS = new RegExp(`\\p{L}|${TAG_WORD}[_\\u00b7\\u30fb]${TAG_WORD}`, "u");

/** What a sticky expression finds at a place; "" when nothing. */
function at(expression, text, place) {
  expression.lastIndex = place;
  return expression.exec(text)?.[0] ?? null;
}

/** The letter that ends before a place, whole. */
function before(text, place) {
  if (place <= 0) return "";
  const low = text.charCodeAt(place - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(place - 2, place) : text[place - 1];
}

/** The letter that begins at a place, whole. */
const after = (text, place) => (place < text.length ? String.fromCodePoint(text.codePointAt(place)) : "");

/** The text as the server keeps it. */
export const settle = (text) => text.replace(NEWLINE, "\n").replace(UNSEEN, "").replace(PILE, "$1").normalize("NFC");

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("und", { granularity: "grapheme" }) : null;

/** How many characters a reader sees. */
export function graphemes(text) {
  if (SIMPLE.test(text)) return text.length;
  const flagless = text.replace(FLAG, "一");
  if (!segmenter) return [...flagless].length;
  let found = 0;
  for (const _ of segmenter.segment(flagless)) found += 1;
  return found;
}

/** What stands in a text besides words: `{start, end, kind, value}`, in order; mentions, links and tags. */
export function read(text) {
  const found = [];
  const handles = new Set();
  let place = 0;
  while (place < text.length) {
    const char = text[place];
    let end = 0;
    if (char === "@") end = mention(text, place, found, handles);
    else if (char === "#" || char === "＃") end = tag(text, place, found);
    else if (char === ":") end = shortcode(text, place);
    else if (char === "h" || char === "H") end = link(text, place, found);
    place = end || place + 1;
  }
  return found;
}

/** How long a post is. */
export function length(typed) {
  const text = settle(typed);
  if (!text.includes("@") && !text.includes("://")) return graphemes(text);
  let counted = "";
  let done = 0;
  for (const { start, end, kind, value } of read(text)) {
    if (kind === "tag") continue;
    counted += text.slice(done, start) + (kind === "link" ? "x".repeat(LINK) : `@${value.user}`);
    done = end;
  }
  return graphemes(counted + text.slice(done));
}

/** The links of a text. */
export const links = (typed) => {
  const text = settle(typed);
  return read(text).filter((one) => one.kind === "link").map((one) => one.value);
};

/** The handles that a text names, as `user` or `user@host`, in lower case. */
export const mentions = (typed) => {
  const text = settle(typed);
  return read(text).filter((one) => one.kind === "mention").map(({ value }) => value.user + (value.domain ? `@${value.domain}` : ""));
};

function mention(text, place, found, handles) {
  const last = before(text, place);
  if (last && (WORD.test(last) || last === "/" || last === "=")) return 0;
  const user = at(NAME, text, place + 1);
  if (user === null) return 0;
  let end = place + 1 + user.length;
  let domain = text[end] === "@" ? at(HOST, text, end + 1) : null;
  if (domain !== null) end += 1 + domain.length;
  if (at(STICKS, text, end) !== null) return 0;
  if (domain !== null) {
    const typed = withoutTail(domain);
    end -= domain.length - typed.length;
    domain = asciiHost(typed);
    if (domain === null) return end;
  }
  const handle = `${user.toLowerCase()}@${domain ?? ""}`;
  if (handles.size >= MOST_HANDLES && !handles.has(handle)) return end;
  handles.add(handle);
  found.push({ start: place, end, kind: "mention", value: { user: user.toLowerCase(), domain } });
  return end;
}

function tag(text, place, found) {
  const last = before(text, place);
  if (last && (WORD.test(last) || "/=)&".includes(last))) return 0;
  if (!WORD.test(after(text, place + 1))) return 0;
  const name = at(TAG, text, place + 1);
  if (name === null || [...name].length > 255 || !TAG_NEEDS.test(name)) return place + 1;
  found.push({ start: place, end: place + 1 + name.length, kind: "tag", value: name });
  return place + 1 + name.length;
}

function shortcode(text, place) {
  const last = before(text, place);
  if (last === ":" || (last && last !== "_" && WORD.test(last))) return 0;
  const code = at(CODE, text, place + 1);
  if (code === null) return 0;
  const end = place + 1 + code.length + 1;
  const next = after(text, end);
  return next === ":" || (next && next !== "_" && WORD.test(next)) ? 0 : end;
}

function link(text, place, found) {
  if (/[A-Za-z0-9_@#$]/.test(before(text, place))) return 0;
  const scheme = at(SCHEME, text, place);
  if (scheme === null) return 0;
  const from = place + scheme.length;
  const userinfo = at(USERINFO, text, from);
  if (userinfo !== null) return from + userinfo.length;
  const typed = at(HOST, text, from);
  if (typed === null) return 0;
  let end = from + typed.length;
  end += at(PORT, text, end)?.length ?? 0;
  end += at(PATH, text, end)?.length ?? 0;
  const host = withoutTail(typed);
  if (host !== typed) end = from + host.length;
  const url = text.slice(place, end);
  if (!host.includes(".") || [...host].length > 253 || [...url].length > LONGEST_URL) return end;
  found.push({ start: place, end, kind: "link", value: url });
  return end;
}

/** The host without what was written right after it: `example.comで` and `example.com-` are `example.com`. */
function withoutTail(host) {
  if (!/^[\x00-\x7f]*$/.test(host)) {
    const dot = host.lastIndexOf(".") + 1;
    const last = host.slice(dot);
    const foreign = /^[\x00-\x7f]/.test(last) ? /(?<=[A-Za-z0-9-])[^\x00-\x7f]/u.exec(last) : null;
    if (foreign) host = host.slice(0, dot + foreign.index);
  }
  return host.replace(/[-_]+$/, "");
}

const LABELS = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The host in ASCII, or null when no server can be called that. */
function asciiHost(host) {
  if (!/^[\x00-\x7f]*$/.test(host)) {
    if ([...host].length > 253) return null;
    host = host.toLowerCase().normalize("NFKC").split(".").map((label) => (/^[\x00-\x7f]*$/.test(label) ? label : foreignLabel(label))).join(".");
  }
  host = host.toLowerCase();
  return host.length > 0 && host.length <= 253 && host.split(".").every((label) => LABELS.test(label)) ? host : null;
}

const foreignLabel = (label) => ([...label].length <= 63 ? `xn--${punycode(label)}` : "");

/** RFC 3492. */
function punycode(label) {
  const points = [...label].map((char) => char.codePointAt(0));
  const basic = points.filter((point) => point < 128);
  let out = String.fromCodePoint(...basic) + (basic.length ? "-" : "");
  let [n, delta, bias, done] = [128, 0, 72, basic.length];
  while (done < points.length) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta += 1;
      if (point !== n) continue;
      let q = delta;
      for (let k = 36; ; k += 36) {
        const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (q < t) break;
        out += digit(t + ((q - t) % (36 - t)));
        q = Math.floor((q - t) / (36 - t));
      }
      out += digit(q);
      delta = done === basic.length ? Math.floor(delta / 700) : delta >> 1;
      delta += Math.floor(delta / (done + 1));
      let k = 0;
      for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
      bias = k + Math.floor((36 * delta) / (delta + 38));
      delta = 0;
      done += 1;
    }
    delta += 1;
    n += 1;
  }
  return out;
}

const digit = (value) => String.fromCharCode(value < 26 ? 97 + value : 22 + value);
