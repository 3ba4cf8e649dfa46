import { describe, expect, test } from "vitest";
import { hashes, readList } from "../../test/read-list.ts";

const { md5, sha1, sha256 } = hashes;

const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("what is not read is named for what it is:", () => {
  test.each<[string, string | Buffer, RegExp]>([
    ["a login page saved as a list", "\n<!DOCTYPE html>\n<html><head><title>Log in</title>", /an HTML page/],
    ["an XHTML page", '<?xml version="1.0"?><!DOCTYPE html><html/>', /an HTML page/],
    ["a ZIP", latin1("PK\x03\x04\x14\x00\x00\x00\x08\x00abc\xff"), /a ZIP archive or an Excel workbook/],
    ["a bzip2", latin1("BZh91AY&SY\xff\x00"), /a bzip2 archive/],
    ["an xz", latin1("\xfd7zXZ\x00\x00\x04"), /an xz archive/],
    ["a 7-Zip", latin1("7z\xbc\xaf\x27\x1c\x00\x04"), /a 7-Zip archive/],
    ["a gzip within another", latin1("\x1f\x8b\x08\x00\x00\x00\x00\x00"), /a gzip archive within another/],
    ["a zstd within another", latin1("\x28\xb5\x2f\xfd\x04\x00\x00"), /a zstd archive within another/],
    ["an SQLite database", latin1("SQLite format 3\x00\x10\x00\x01\x01"), /an SQLite database/],
    ["an old workbook", latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"), /an Office document of the old kind/],
    ["a PDF", "%PDF-1.7\n", /a PDF/],
    ["a JPEG", latin1("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), /a JPEG picture; nobody is asked for pictures/],
    ["a PNG", latin1("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), /a PNG picture/],
    ["a film", latin1("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00"), /a film; nobody is asked for media/],
    ["a TAR", latin1(`list.csv${"\x00".repeat(249)}ustar\x0000`), /a TAR archive/],
    ["an EnCase hash set", latin1("HASH\r\n\xff\x00\x02\x00"), /an EnCase hash set/],
    [
      "NSRL",
      '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n',
      /NSRL list of known software/,
    ],
    [
      "NSRL of version 3",
      `sha256,sha1,md5,crc32,file_name,file_size,package_id\n${sha256(1)},${sha1(1)},${md5(1)},0a0b0c0d,a.txt,5,1\n`,
      /NSRL list of known software/,
    ],
    [
      "NSRL behind a line that tells the delimiter, its columns in another order",
      `sep=;\n"MD5";"OpSystemCode";"SHA-1"\n"${md5(1)}";"362";"${sha1(1)}"\n`,
      /NSRL list of known software/,
    ],
    [
      "StopNCII",
      '{"count":1,"nextPageToken":"","hashRecords":[{"signalType":"ImagePDQ"}]}',
      /StopNCII list: pictures of adults/,
    ],
    [
      "STIX",
      `{"type":"bundle","id":"bundle--1","objects":[{"type":"file","hashes":{"MD5":"${md5(1)}"}}]}`,
      /a STIX bundle; export its hashes/,
    ],
    [
      "STIX of indicators, as most are",
      `{"type":"bundle","id":"bundle--1","objects":[{"type":"indicator","pattern":"[file:hashes.MD5 = '${md5(1)}']"}]}`,
      /a STIX bundle; export its hashes/,
    ],
    ["MISP", `{"Event":{"Attribute":[{"type":"md5","value":"${md5(1)}"}]}}`, /a MISP event; export its hashes/],
    [
      "Tech Against Terrorism",
      `{"count":1,"next":null,"checkpoint":"a","results":[{"hash_digest":"${md5(1)}","ideology":"x"}]}`,
      /terrorist material/,
    ],
    ["an encrypted file", "-----BEGIN PGP MESSAGE-----\n", /an encrypted file/],
    ["a text", "Dear colleague,\nplease find attached\n", /the file is none that is read/],
    ["nothing", "", /the file is empty/],
    ["a byte order mark alone", "\uFEFF", /the file is empty/],
  ])("%s", (_, file, sentence) => {
    expect(() => readList(file)).toThrow(sentence);
    expect(() => readList(file, {}, 1)).toThrow(sentence);
  });
});
