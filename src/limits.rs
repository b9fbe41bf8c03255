//! Every bound in Retort, in one place, units last.
//!
//! When a bound is hit, whoever hits it says so in the ledger or in the input's notes: nothing is cut in
//! silence.

/// Largest single document, in bytes (dumps are large, migrations are not).
pub const DOCUMENT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Longest text that is cleaned, in bytes: decoding can make three bytes of one.
pub const CLEANED_BYTES_MAX: usize = 3 * DOCUMENT_BYTES_MAX;
/// All documents of one run together, in bytes, after archives are opened.
pub const INPUT_BYTES_MAX: usize = 200 * 1024 * 1024;
/// Documents in one run, archive members included.
pub const DOCUMENTS_MAX: usize = 20_000;
/// How many times larger than the archive its contents may be.
pub const INFLATE_RATIO_MAX: u64 = 200;
/// What an archive may always inflate to, in bytes: a small one full of repetition is no bomb.
pub const INFLATE_FREE_BYTES: u64 = 4 * 1024 * 1024;
/// Members looked at in one archive, those left out included.
pub const MEMBERS_MAX: usize = 200_000;
/// Length of a member's path, in bytes.
pub const MEMBER_PATH_BYTES_MAX: usize = 1_024;
/// Characters shown of a name that was refused.
pub const SHOWN_NAME_CHARS_MAX: usize = 200;
/// Statements read from one document; the rest is one undecided entry.
pub const STATEMENTS_PER_DOCUMENT_MAX: usize = 200_000;
/// Things that one pasted text is cut into; the last holds the rest.
pub const PARTS_MAX: usize = 500;
/// Statements of one script that may end in the middle of a quote, before the rest is taken as one.
pub const UNBALANCED_STATEMENTS_MAX: usize = 64;
/// Columns that one table of a dump may have; no server allows more.
pub const TABLE_COLUMNS_MAX: usize = 4_096;
/// Longest statement of a dump that the parser is asked about after the reading of its tokens failed, in
/// bytes: it holds a hundred times as much.
pub const PARSED_STATEMENT_BYTES_MAX: usize = 256 * 1024;
/// Nesting that parsers and walks follow before they give up and say so.
pub const NESTING_MAX: usize = 128;
/// Tokens of one SQL expression: operators nest to the left, where the parser loops but dropping the tree
/// recurses.
pub const EXPRESSION_TOKENS_MAX: usize = 2_000;
/// Operators, attributes and calls in one Python expression: they nest to the left, where the parser loops
/// but dropping the tree recurses.
pub const PYTHON_CHAIN_MAX: usize = 1_000;
/// Brackets, signs and words that could nest in a Python file with a string that does not end, before it is
/// refused unread. In WebAssembly with 1 MB of stack the parser survives 300 of the worst kind.
pub const PYTHON_BROKEN_OPENERS_MAX: usize = 200;
/// Statements and expressions inside one another that are followed, helper functions included. A frame of
/// each is on the stack, and the worker's is small.
pub const PYTHON_DEPTH_MAX: usize = 64;
/// Statements that following one function of a revision file may run, loops and helpers included.
pub const PYTHON_STEPS_MAX: usize = 20_000;
/// Characters and values that working out the constants of one Python file may produce.
pub const PYTHON_FOLD_UNITS_MAX: usize = 1_000_000;
/// Members of a Python set that is worked out: each is compared with all others.
pub const PYTHON_SET_MAX: usize = 1_000;
/// Helper functions followed into each other in one Python file.
pub const PYTHON_HELPER_DEPTH_MAX: usize = 8;
/// Tables that are taken from models, of those that no revision makes.
pub const MODELS_MAX: usize = 500;
/// Revisions looked at while working out where a pasted log of downgrades leaves a database.
pub const PRINTED_WALK_STEPS_MAX: usize = 1_000_000;
/// Lines of one traceback, or of one list of differences, in pasted output.
pub const PRINTED_BLOCK_LINES_MAX: usize = 5_000;
/// Failures read from one paste of output.
pub const PRINTED_FAILURES_MAX: usize = 200;
/// Names that are followed from an `env.py` to the metadata that it hands to Alembic.
pub const METADATA_STEPS_MAX: usize = 400;
/// Commands read from one script of a deploy, and steps of one way through several: each step is weighed
/// against those after it.
pub const DEPLOY_COMMANDS_MAX: usize = 1_000;
/// Jobs, services and scripts of one deploy file that are put into the order of their needs; more are taken
/// in the order of the file.
pub const DEPLOY_UNITS_MAX: usize = 400;
/// Keys and values read from one TOML file.
pub const TOML_KEYS_MAX: usize = 5_000;
/// Lines that a file may have for a diff to be put to it by their numbers alone.
pub const DIFF_LINES_MAX: usize = 200_000;
/// Files of one diff that are looked at; of more, it is said that the rest was not.
pub const DIFF_FILES_MAX: usize = 2_000;
/// Revisions of a branched chain whose schema is worked out from its beginning, to find where a database stands.
pub const STAMP_JUMPS_MAX: usize = 300;
/// Places in a chain that are as near to a database as any, and are compared with it by meaning.
pub const STAMP_PLACES_MAX: usize = 24;
/// Differences that a database has from the nearest revision, listed by name.
pub const STAMP_DIFFERENCES_SHOWN: usize = 8;
/// Tables that one finding about a chain lists by name.
pub const LOST_TABLES_SHOWN: usize = 12;
/// Other chains that one chain is compared with for tables that both make.
pub const CHAINS_COMPARED_MAX: usize = 50;
/// Findings kept in one report.
pub const FINDINGS_MAX: usize = 20_000;
/// Characters of source shown in one finding's excerpt line.
pub const EXCERPT_LINE_CHARS_MAX: usize = 400;
/// Lines of source shown on either side of a finding.
pub const EXCERPT_CONTEXT_LINES: usize = 3;
/// Table difference above which a mismatch is graver (contract: only raises severity).
pub const TABLE_DISTANCE_DEFAULT: usize = 5;
/// Characters of a link's payload, after which a file is offered instead (ux.md 11.1).
pub const LINK_CHARS_MAX: usize = 65_000;
/// Bytes a link may inflate to, and the ratio it may reach, before it is refused (ux.md SH-10).
pub const LINK_INFLATED_BYTES_MAX: usize = 20 * 1024 * 1024;
/// See [`LINK_INFLATED_BYTES_MAX`].
pub const LINK_INFLATE_RATIO_MAX: usize = 300;
/// Bytes that a packed link may say before it is refused: telling each takes longer than inflating it.
pub const LINK_PACKED_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Characters of a whole link that is shown as a QR code (ux.md SH-14).
pub const QR_CHARS_MAX: usize = 1_200;
/// Characters of the place at which a link opens; a longer one opens the verdict.
pub const LINK_LOCATION_CHARS_MAX: usize = 1_000;

const _: () = assert!(DOCUMENT_BYTES_MAX <= INPUT_BYTES_MAX);
const _: () = assert!(CLEANED_BYTES_MAX < u32::MAX as usize);
const _: () = assert!(LINK_CHARS_MAX < LINK_INFLATED_BYTES_MAX);
/// Longest expression that is compared by meaning, in bytes; longer ones are compared as text.
pub const EXPRESSION_BYTES_MAX: usize = 4_096;
/// Operators and calls inside one another in such an expression; conditions in a row count once.
pub const EXPRESSION_DEPTH_MAX: usize = 32;
/// Pairs of what went and what came that are looked at for renames; with more, none is guessed.
pub const RENAME_PAIRS_MAX: usize = 250_000;
/// Pairs of constraints of one table that are compared for one under two names; with more, none is found.
pub const CONSTRAINT_PAIRS_MAX: usize = 10_000;

/// Differences of one comparison that a report lists, and things it lists as not known; all are counted.
pub const COMPARISON_LINES_MAX: usize = 500;
