package io.surgemesh.examples;

import picocli.CommandLine.Command;

/** Tools to look at a peer's ledger and to check it, without the peer. */
@Command(
    name = "ledger",
    mixinStandardHelpOptions = true,
    description = {
      "Look at a peer's ledger, or check one.",
      "",
      "A peer's ledger is ledger.db in its data directory: a chain of entries, each signed by its",
      "owner and holding an agreement and a receipt with the signatures of both sides."
    },
    footer = {
      "",
      "surge ledger show DIR                       one line an entry",
      "surge ledger verify DIR                     check the ledger of a data directory",
      "surge ledger export DIR --output FILE       for others to check",
      "surge ledger verify --export FILE --peer ID check exports, given nothing else"
    },
    subcommands = {LedgerShowCommand.class, LedgerExportCommand.class, LedgerVerifyCommand.class})
final class LedgerCommand {}
