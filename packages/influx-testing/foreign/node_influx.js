// influx 5.12 of npm: requests 22 to 25.
"use strict";
const assert = require("assert");
const { InfluxDB, FieldType } = require("influx");

const { hostname, port } = new URL(process.argv[2]);

async function main() {
  const schema = [{ measurement: "cpu", fields: { v: FieldType.FLOAT }, tags: ["host"] }];
  const client = new InfluxDB({ host: hostname, port: Number(port), database: "node", schema });
  const [pinged] = await client.ping(5000);
  assert.ok(pinged.online && pinged.version === "1.6.7", pinged);
  await client.createDatabase("node");
  assert.ok((await client.getDatabaseNames()).includes("node"));
  const point = { measurement: "cpu", tags: { host: "a" }, fields: { v: 1.5 } };
  await client.writePoints([{ ...point, timestamp: 1 }, { ...point, timestamp: 2 }], { precision: "s" });
  const rows = await client.query("select v, host from cpu");
  assert.deepStrictEqual(rows.map((row) => [row.time.getTime(), row.v, row.host]), [[1000, 1.5, "a"], [2000, 1.5, "a"]]);
  const placeholders = { host: "a" };
  const bound = await client.query("select v from cpu where host = $host", { placeholders });
  assert.strictEqual(bound.length, 2);
  await assert.rejects(client.query("select nonsense"), /error parsing query/);
}

main().catch((error) => { console.error(error); process.exit(1); });
