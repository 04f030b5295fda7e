// Writes every moment in the zone of the person who is played, relative to the playground's clock.

const LOCALE = "en-GB";
const FORMATS = new Map();
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
const DAY = 24 * 60 * 60 * 1000;
const STEPS = [
  ["day", DAY],
  ["hour", DAY / 24],
  ["minute", 60 * 1000],
];
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "always" });

export function now() {
  return new Date(document.body.dataset.now);
}

// What a clock and a calendar show at a moment where the person is.
function shownAt(date) {
  const zone = document.body.dataset.zone || "UTC";
  if (!FORMATS.has(zone)) {
    FORMATS.set(zone, new Intl.DateTimeFormat(LOCALE, {
      timeZone: zone,
      weekday: "long",
      year: "numeric",
      month: "long",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    }));
  }
  const parts = FORMATS.get(zone).formatToParts(date);
  const is = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return { ...is, number: MONTHS.indexOf(is.month) + 1 };
}

export function dayOf(date) {
  const is = shownAt(date);
  return Math.floor(Date.UTC(Number(is.year), is.number - 1, Number(is.day)) / DAY);
}

export function written(date, pattern) {
  const is = shownAt(date);
  const short = is.month.slice(0, 3);
  const long = `${is.month} ${ordinal(Number(is.day))}`;
  const known = {
    ago: () => ago(date),
    clock: () => `${is.weekday.slice(0, 3)} ${is.day} ${short}, ${is.hour}:${is.minute}`,
    date: () => `${long}, ${is.year}`,
    date_long: () => `${is.weekday}, ${long}, ${is.year}`,
    date_long_full: () => `${is.month} ${is.day}, ${is.year}`,
    date_num: () => [is.year, pad(is.number), pad(is.day)].join("-"),
    date_short: () => `${short} ${is.day}, ${is.year}`,
    date_slash: () => [pad(is.day), pad(is.number), is.year].join("/"),
    day_divider_pretty: () => near(date) ?? `${is.weekday}, ${long}`,
    time: () => `${is.hour}:${is.minute}`,
    time_secs: () => `${is.hour}:${is.minute}:${is.second}`,
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name, at) => {
    if (known[name]) return known[name]();
    const plain = name.replace(/_pretty$/, "");
    if (plain === name || !known[plain]) return whole;
    const word = near(date);
    if (!word) return known[plain]();
    return at === 0 ? word : word.toLowerCase();
  });
}

export function localise(root = document) {
  for (const time of root.querySelectorAll("time[data-format]")) {
    const date = new Date(time.dateTime);
    const text = written(date, time.dataset.format);
    const [words] = time.childNodes;
    // The text itself stays, so that a selection across it does too.
    if (words?.nodeType !== Node.TEXT_NODE) time.textContent = text;
    else if (words.data !== text) words.data = text;
    const title = written(date, "{date_long} {time_secs}");
    if (time.title !== title) time.title = title;
  }
}

function near(date) {
  const away = dayOf(date) - dayOf(now());
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[away];
}

function ago(date) {
  const away = date - now();
  for (const [unit, size] of STEPS) {
    if (Math.abs(away) >= size) return relative.format(Math.trunc(away / size), unit);
  }
  return "just now";
}

function ordinal(day) {
  const teens = day > 10 && day < 14;
  return day + (teens ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th"));
}

function pad(number) {
  return String(number).padStart(2, "0");
}
