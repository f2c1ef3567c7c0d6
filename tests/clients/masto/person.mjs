// One person with masto.js: reads what to do as JSON lines, answers each with a line, and tells what it hears.
//   {"do": "v1.statuses.create", "with": [{"status": "Bonjour"}]}      calls a method, answers {"is": …} or {"wrong": …}
//   {"pages": "v1.timelines.home.list", "with": [{"limit": 5}]}         walks to the end, answers the ids of each page
//   {"hear": "public.local"}                                            subscribes, then says {"heard": …} for each event

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { origin, token, modules } = JSON.parse(process.env.PERSON);
const entry = pathToFileURL(`${modules}/masto/dist/esm/index.js`);
const { createRestAPIClient, createStreamingAPIClient } = await import(entry);

const rest = createRestAPIClient({ url: origin, accessToken: token });
const instance = await rest.v2.instance.fetch();
const streams = createStreamingAPIClient({
  streamingApiUrl: instance.configuration.urls.streaming,
  accessToken: token,
});
const heard = new Map();

/** `v1.statuses.$select("1").fetch`: a method of the client by its name; `$select(…)` picks one thing. */
function named(root, path) {
  let here = root;
  for (const part of path.split(".")) {
    const picked = /^\$select\((.*)\)$/.exec(part);
    here = picked ? here.$select(picked[1]) : here[part];
  }
  return here;
}

async function does(wish) {
  if (wish.do) return { is: (await named(rest, wish.do)(...(wish.with ?? []))) ?? null };
  if (wish.pages) {
    const pages = [];
    for await (const page of named(rest, wish.pages)(...(wish.with ?? []))) pages.push(page.map((one) => one.id));
    return { is: pages };
  }
  if (wish.hear) {
    const subscription = named(streams, wish.hear).subscribe(...(wish.with ?? []));
    heard.set(wish.hear, subscription);
    listen(wish.hear, subscription);
    return { is: true };
  }
  heard.get(wish.leave).unsubscribe();
  return { is: true };
}

async function listen(name, subscription) {
  for await (const { event, payload } of subscription) say({ heard: name, event, payload: payload ?? null });
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    say(await does(JSON.parse(line)));
  } catch (wrong) {
    say({ wrong: String(wrong.message ?? wrong), status: wrong.statusCode ?? null });
  }
}
streams.close();
process.exit(0);
