// Shows each time in the reader's own zone; without this file pages show UTC.
const date = { day: "numeric", month: "short", year: "numeric" };
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
for (const each of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(each.dateTime);
  if (Number.isNaN(moment.getTime())) continue;
  const form = each.dataset.form === "time" ? clock : { ...date, ...clock };
  each.title = each.textContent;
  each.textContent = new Intl.DateTimeFormat("en-GB", form).format(moment);
}
