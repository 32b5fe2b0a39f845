// The README's ten things, done with the TypeScript client that openapi-typescript and openapi-fetch make: SITE TOKEN.

import createClient from "openapi-fetch";
import type { components, paths } from "./made/schema.js";

declare const process: { argv: [string, string, string, string] };
const [, , site, token] = process.argv;
const anyone = createClient<paths, "application/json">({ baseUrl: site });
const analyst = createClient<paths, "application/json">({ baseUrl: site, headers: { Authorization: `Bearer ${token}` } });
const as_of = "2020-06-25";
const program = ["aegis-ashore"];

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

function got<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

// 1: what was still owed on a day
const exposure = got(await anyone.GET("/api/v1/exposure/", { params: { query: { group_by: ["program"], program, as_of } } }));
check(exposure.rows[0]?.outstanding === "159100000000.00", "exposure");
// 2: what would have been flagged that day
const flags = got(await anyone.GET("/api/v1/flags/", { params: { query: { program, as_of } } }));
check(flags.results.every((flag) => flag.program === "aegis-ashore"), "flags");
// 3: what the public could know
const query = { program, as_of, published_by: "2020-06-20" };
const known = got(await anyone.GET("/api/v1/exposure/", { params: { query } }));
check(known.published_by === "2020-06-20", "published_by");
// 4: who said what
const path = { code: "aegis-ashore" };
const detail = got(await anyone.GET("/api/v1/programs/{code}/", { params: { path, query: { as_of } } }));
check(detail.status === "suspended" && detail.disputed, "program");
// 5: in dollars
const asked = { program, as_of, currency: "USD", explain: true };
const dollars = got(await anyone.GET("/api/v1/exposure/", { params: { query: asked } }));
check(dollars.rates[0]?.quote === "USD", "currency");
// 6: over time
const over = { interval: "quarter", from: "2019-01-01", to: "2021-03-31", program } as const;
const series = got(await anyone.GET("/api/v1/exposure/series/", { params: { query: over } }));
check(series.points.length === 9, "series");
// 7: payments due, by period
const due = { program: ["aegis-ashore", "asev"], group_by: ["program"] } satisfies { program: string[]; group_by: components["schemas"]["Grouping"][] };
const schedule = got(await anyone.GET("/api/v1/exposure/schedule/", { params: { query: due } }));
check(schedule.by === "fiscal_year", "schedule");
// 8: every dated fact, in order
const timeline = got(await anyone.GET("/api/v1/programs/{code}/timeline/", { params: { path, query: { page_size: 5 } } }));
check(timeline.results.length === 5, "timeline");
// 9: post a change of status
const body: components["schemas"]["StatusChangeRequest"] = {
  program: "asev",
  kind: "statement",
  status: "under_review",
  effective_on: "2026-11-01",
  speaker: "Somebody, in TypeScript",
  side: "other",
  source: { url: "https://example.org/typescript", title: "Said in TypeScript" },
};
// one fact of several possible answers: not a list, nor a draft that waits for a second person
type StatusChange = components["schemas"]["StoredStatusChange"];
const isStored = (answer: object): answer is StatusChange => "reverses" in answer;
const stored = got(await analyst.POST("/api/v1/status-changes/", { body }));
if (!isStored(stored)) throw new Error("no status change");
check(stored.status === "under_review", "status change");
// 10: and take it back
const taken = got(
  await analyst.POST("/api/v1/status-changes/{id}/reverse/", {
    params: { path: { id: stored.id } },
    body: { source: stored.source, note: "tried" },
  }),
);
check(isStored(taken) && taken.reverses === stored.id, "reversal");
console.log("all ten");
