import { createHash } from "node:crypto";
import { filmText } from "@ntd/imagehash/films";
import type { Film } from "@ntd/proto/common/v1/common";
import { FilmServiceService } from "@ntd/proto/fingerprint/v1/film_service";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { FFMPEG, generatedFilm, PATTERN } from "../../services/fingerprint/test/film-bed.ts";
import { decide, queued } from "./assessor.ts";
import { payloadOf, watchAs } from "./isp.ts";
import { listRows } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

const MIB = 1024 * 1024;

/** As somebody else's list has a film: a row of its frames. */
async function listedRow(stage: Stage, film: Uint8Array): Promise<string> {
  const prober = await stage.client(FilmServiceService, "fingerprint", "service", "prober");
  const chunks = async function* () {
    for (let at = 0; at < film.length; at += 65_536) yield { chunk: film.subarray(at, at + 65_536) };
  };
  const { film: seen } = await prober.computeFilm(chunks());
  return `vpdq,${filmText(framesOf(seen))},,national,csam,3,film`;
}

function framesOf(film: Film | undefined) {
  return (film?.frames ?? []).map(({ pdq, quality, time }) => ({
    pdq,
    quality,
    timeMs: Number(time?.seconds ?? 0n) * 1000 + Math.round((time?.nanos ?? 0) / 1_000_000),
  }));
}

const known =
  "a known film, coded anew: its frames nominate it, a person decides, its host has a notice, and it is gone";

/** What becomes of films, told the same by each pairing of servers. */
export function filmStories(pairing: Pairing): void {
  if (FFMPEG === undefined) test(known, (context) => context.skip("ffmpeg is not installed"));
  else
    test(known, { timeout: 180_000 }, async () => {
      await using stage = await startStage({ pairing });
      const row = await listedRow(stage, generatedFilm("film.mp4", PATTERN));
      await listRows(stage, "national", [row]);
      await stage.registerProvider("alpha", "alpha");
      await using alpha = await watchAs(stage, "alpha");
      stage.host.put("/film.webm", generatedFilm("film.webm", PATTERN, ["-c:v", "libvpx", "-b:v", "1M"]));
      const url = stage.url("alpha", "/film.webm");
      const report = await stage.report(url);
      const { caseId, hits } = await queued(stage, report, "QUEUE_REASON_NOMINATED_ONLY");
      expect(hits.map(({ algorithm }) => algorithm)).toEqual(["ALGORITHM_VPDQ"]);
      const { target } = await stage.facts(report);
      expect([target?.state, target?.content?.format]).toEqual(["TARGET_STATE_PRESENT", "matroska"]);
      await decide(stage, caseId, "VERDICT_ILLEGAL");
      const notice = await alpha.noticeFor(url);
      stage.host.put("/film.webm", generatedFilm("other.webm", "mandelbrot=size=320x240:rate=10,trim=duration=3"));
      await alpha.answer(notice);
      await stage.untilGone(report);
      expect((await stage.facts(report)).target?.goneStrength).toBe("GONE_STRENGTH_REPLACED");
    });

  test(
    "a known film that nothing here can decode is decided by its bytes, and is not held",
    { timeout: 180_000 },
    async () => {
      await using stage = await startStage({ pairing, settings: { fingerprint: { FFMPEG: "/nowhere/ffmpeg" } } });
      // More than is collected of anything.
      const film = Buffer.concat([
        Buffer.from("\0\0\0\x20ftypisom\0\0\0\0isomiso2avc1mp41", "latin1"),
        Buffer.alloc(40 * MIB, 7),
      ]);
      await listRows(stage, "national", [
        `sha256,${createHash("sha256").update(film).digest("hex")},,national,csam,3,film`,
      ]);
      await stage.registerProvider("alpha", "alpha");
      await using alpha = await watchAs(stage, "alpha");
      stage.host.put("/film.mp4", film);
      const url = stage.url("alpha", "/film.mp4");
      const report = await stage.report(url);
      const notice = await alpha.noticeFor(url);
      expect(payloadOf(notice).requestedAction).toBe("ACTION_REMOVE");
      const decided = await eventually("it is decided", async () => (await stage.facts(report)).case);
      expect(decided).toMatchObject({
        state: "CASE_STATE_AUTO_DECIDED",
        targetReason: "PROBE_REASON_FILM_NOT_DECODED",
      });
      const asked = stage.host.requests("/film.mp4");
      stage.host.remove("/film.mp4");
      await alpha.answer(notice);
      await stage.untilGone(report);
      expect(stage.host.requests("/film.mp4")).toBeGreaterThan(asked);
    },
  );
}
