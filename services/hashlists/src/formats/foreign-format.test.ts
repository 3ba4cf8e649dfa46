import { expect, test } from "vitest";
import { COLUMNS } from "./entry-line.ts";
import { foreignFormat } from "./foreign-format.ts";

test.each([
  ["VICS JSON", '{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":['],
  [
    "VICS JSON",
    ' {"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Media"',
  ],
  ["VICS JSON", '[{"MediaID":1,"MD5":"0123"}]'],
  ["ThreatExchange JSON", '{"data":[{"indicator":"0123","type":"HASH_PDQ"}]}'],
  ["JSON", '{"a":1}'],
  ["NCMEC hash sharing XML", '<?xml version="1.0"?><queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'],
  ["XML", "<list>"],
  ["ThreatExchange file", "pdq 0123456789abcdef"],
  ["ThreatExchange file", "indicator,first_descriptor_id,added_on,tags"],
  ["ZIP archive", "PK\x03\x04rest"],
])("%s is recognised by its first bytes", (name, start) => {
  expect(foreignFormat(start)).toBe(name);
});

test.each([COLUMNS.join(), "algorithm;value", "", "pdq,0123", "md5"])("%j is nothing foreign", (start) => {
  expect(foreignFormat(start)).toBeUndefined();
});
