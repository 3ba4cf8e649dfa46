import { ReviewServiceService, ReviewVerdict, type Review } from "@ntd/proto/casework/v1/review_service";
import type { RpcClient } from "@ntd/rpc";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice } from "../../cli/words.ts";
import { reviewListing, reviewTable } from "../../listings/cases/review-listing.ts";
import { idArgument } from "../../cli/short-ids.ts";

export function reviewCommands(program: Command, cli: Cli): void {
  const group = program.command("review").description("what is said against decisions, and what becomes of it");
  group
    .command("list")
    .description("what is not decided; what is overdue comes first")
    .addOption(limitOption())
    .action(async (options: { limit: number }) => list(cli, options.limit));
  group
    .command("show")
    .description("a review, with what was said")
    .addArgument(idArgument("review"))
    .action(async (reviewId: string) => answer(cli, (casework) => casework.getReview({ reviewId })));
  group
    .command("claim")
    .description("become its owner; whoever made the decision cannot")
    .addArgument(idArgument("review"))
    .option("--take-over", "from another assessor who has it", false)
    .action(async (reviewId: string, options: { takeOver: boolean }) =>
      answer(cli, (casework) => casework.claimReview({ requestId: cli.requestId(), reviewId, ...options })),
    );
  group
    .command("decide")
    .description("decide a review that you claimed; upheld, its decision is in doubt until a second person's word")
    .addArgument(idArgument("review"))
    .addOption(choice("--verdict <word>", "whether what was said is right", ReviewVerdict).makeOptionMandatory())
    .requiredOption("--reason <text>", "why")
    .action(async (reviewId: string, options: { verdict: ReviewVerdict; reason: string }) =>
      answer(cli, (casework) => casework.decideReview({ requestId: cli.requestId(), reviewId, ...options })),
    );
}

async function list(cli: Cli, limit: number): Promise<void> {
  const { items: reviews, more } = await cli.call("casework", ReviewServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listReviews(at);
      return { items: page.reviews, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ reviews, more }, () => reviewTable(reviews) + moreLine(more));
}

type Reviews = RpcClient<typeof ReviewServiceService>;

async function answer(cli: Cli, call: (casework: Reviews) => Promise<{ review?: Review | undefined }>): Promise<void> {
  const told = await cli.call("casework", ReviewServiceService, call);
  cli.print(told, () => reviewListing(told.review));
}
