//! The plot of the tour: acts, in order. A new act is one entry here.

use super::{Act, CLIENT, MATRIX, PROVIDER, Person, Show, Step, edit};

/// Who they are and what the trouble is.
pub(super) const OPENING: &str = "\
Acme Defense makes parts for the Navy and has to pass a CMMC Level 2 assessment. Harbor MSP runs Acme's computers. \
The assessor will ask, for each of 110 requirements: which of you does it, who decides, who keeps the proof, and \
where is it written that you both agreed? Today the answer is a spreadsheet that Harbor edited last.\n\n\
Ann leads compliance at Harbor. Bob manages IT at Acme. Everything you see happens in a real git repository.";

/// Stands in a command for the first day of the version that is proposed.
pub(super) const NEXT: &str = "{next}";

/// What makes keys and signatures.
pub const SIGNING_PROGRAM: &str = "ssh-keygen";

/// What is said where nobody can sign.
pub(super) const WITHOUT_SIGNING: &str = "\
There is no `ssh-keygen` on this machine, so nobody can sign here: the acts that need it are left out. It comes with \
the OpenSSH client, which is part of Windows, macOS and every Linux.";

/// Returns the acts in their order.
pub fn acts() -> &'static [Act] {
    ACTS
}

const ACTS: &[Act] = &[
    Act {
        title: "A start that is complete",
        needs: &["init", "check"],
        steps: &[
            Step::Say("Ann types one command in an empty repository."),
            Step::Run(
                &["init", "--framework", "cmmc-l2", "--client", CLIENT, "--provider", PROVIDER],
                Show::First(2),
            ),
            Step::Commit(Person::Ann, "Start the matrix for Acme Defense"),
            Step::Run(&["check"], Show::Last(2)),
        ],
        lesson: "\
Nothing is forgotten: every requirement and each of its 320 assessment objectives has a row, and so has what no \
framework asks but every dispute is about, such as who may shut a server down in an attack. And nothing is \
pretended: it is a draft that nobody has read, and it says how far it is from a signature.",
    },
    Act {
        title: "Gaps are found while they are cheap",
        needs: &["check", "explain"],
        steps: &[
            Step::Say(
                "Ann tailors it. Acme has not bought the second factor for sign-ins, so she deletes that row. And she \
                 shortens the row on log review to what the old spreadsheet said: \"Review logs as needed\", and no \
                 word on how often.",
            ),
            Step::Edit(edit::tailor_badly),
            Step::Run(&["check"], Show::With(&["IA.L2-3.5.3", "[words-are-concrete]"], 2)),
            Step::Say("Ann asks why anybody should mind two words."),
            Step::Run(&["explain", "words-are-concrete"], Show::First(3)),
        ],
        lesson: "\
Deleting a row does not delete the requirement: now nobody owns it, it costs five of 110 points, and no plan of \
action may hold it. \"As needed\" reads well until an assessor asks how often that was. Both are found on the day \
they are written, with the line, and neither can be signed.",
    },
    Act {
        title: "Both walk through it",
        needs: &["check", "show"],
        steps: &[
            Step::Say(
                "Ann puts the row back: Bob owns the decision to buy, Harbor configures. Then the two meet for an \
                 afternoon, read every row aloud, and write down the contract, the contacts, the systems in scope, and in \
                 each row the day on which they agreed.",
            ),
            Step::Edit(edit::mend),
            Step::Edit(edit::walk_through),
            Step::Commit(Person::Ann, "Walk through all rows with Acme"),
            Step::Run(&["check"], Show::Last(2)),
            Step::Say("Bob does not read JSON. He reads what falls to Acme."),
            Step::Run(
                &["show", MATRIX, "--party", "acme-defense"],
                Show::With(&["what concerns", "Authority to contain"], 0),
            ),
        ],
        lesson: "\
Silence is not agreement: a row counts as agreed only with a day and the names of those who were there. Now the \
text can be signed, and the person who signs has read his part in plain words.",
    },
    Act {
        title: "Who may sign",
        needs: &["roster", SIGNING_PROGRAM],
        steps: &[
            Step::Say(
                "Each makes a key on a machine of their own. Here both are thrown away afterwards, and lie where git does \
                 not look. Ann writes down who may sign for which company; Bob has a clone.",
            ),
            Step::Key(Person::Ann),
            Step::Key(Person::Bob),
            Step::Run(
                &[
                    "roster",
                    "start",
                    "--party",
                    "acme-defense",
                    "--signer",
                    "bob",
                    "--name",
                    "Bob Baker",
                    "--role",
                    "IT manager",
                    "--key",
                    ".git/countersign-demo/bob.pub",
                    "--party",
                    "harbor-msp",
                    "--signer",
                    "ann",
                    "--name",
                    "Ann Archer",
                    "--role",
                    "Compliance lead",
                    "--key",
                    ".git/countersign-demo/ann.pub",
                ],
                Show::First(1),
            ),
            Step::Run(&["roster", "sign", "--key", ".git/countersign-demo/ann", "--yes"], Show::Last(1)),
            Step::Bring(Person::Ann),
            Step::RunAs(Person::Bob, &["roster", "sign", "--key", "../bob", "--yes"], Show::Last(1)),
            Step::Bring(Person::Bob),
        ],
        lesson: "\
From now on neither can add a signer alone: each change of this list takes both. The fingerprint goes into the \
contract. Whoever has it can tell this list from any other, whatever somebody does to the repository.",
    },
    Act {
        title: "Two signatures, one text",
        needs: &["sign", "mark", SIGNING_PROGRAM],
        steps: &[
            Step::Say("Ann offers the version and signs first. She is shown what falls to Harbor, not JSON."),
            Step::Run(&["sign", "--key", ".git/countersign-demo/ann", "--yes"], Show::First(2)),
            Step::Bring(Person::Ann),
            Step::Say(
                "Bob reads what falls to Acme, compares the fingerprint with the contract, and signs the same bytes.",
            ),
            Step::RunAs(
                Person::Bob,
                &["sign", "--key", "../bob", "--yes"],
                Show::With(&["what falls to", "signed so far", "you sign as"], 1),
            ),
            Step::Bring(Person::Bob),
            Step::Say("Ann closes: her last word binds both, and she writes down that it is in force."),
            Step::Run(&["mark", MATRIX, "--key", ".git/countersign-demo/ann", "--yes"], Show::Last(1)),
            Step::Run(&["check", "--effective"], Show::Last(2)),
        ],
        lesson: "\
It is in force because two people of two companies signed the same bytes with their own keys, and for no other \
reason. No server keeps that, and anybody can check it again, offline, years later.",
    },
    Act {
        title: "Responsibility moves, in review",
        needs: &["check"],
        steps: &[
            Step::Say(
                "Months later Acme hires an analyst. Bob proposes on a branch, as version 2.0, that Acme reviews its logs \
                 itself; Harbor only delivers them.",
            ),
            Step::Branch("acme-reviews-its-logs"),
            Step::Edit(edit::move_log_review),
            Step::Run(&["check"], Show::With(&["[review-follows-change]"], 2)),
            Step::Commit(Person::Bob, "Take over log review from Harbor"),
            Step::Switch("main"),
        ],
        lesson: "\
What both agreed on was the old text, so the check asks for another walk through this one row, and for no other. The \
proposal is the next version and waits on its branch; on `main` stands what both have agreed on, and the history keeps who wrote what.",
    },
    Act {
        title: "What the change means",
        needs: &["diff"],
        steps: &[
            Step::Say("Ann does not compare JSON lines. She asks what moves to whom."),
            Step::Run(&["diff", "main", "acme-reviews-its-logs"], Show::First(12)),
        ],
        lesson: "\
Who takes on what, who gives up what, and whether anything is left to nobody: in words that a manager and a lawyer \
can read, before anybody agrees to it.",
    },
    Act {
        title: "Somebody edits what was signed",
        needs: &["sign", SIGNING_PROGRAM],
        steps: &[
            Step::Say(
                "One night somebody who can push lets every deadline of one hour in the signed text become a week, and \
                 commits it under Ann's name.",
            ),
            Step::Branch("tampered"),
            Step::Replace("signoffs/acme-defense-cmmc-l2/1.0/matrix.json", "PT1H", "P7D"),
            Step::Commit(Person::Ann, "Tidy up"),
            Step::Run(&["check", "--effective"], Show::With(&["statement-accepted", "not in force"], 1)),
            Step::Switch("main"),
        ],
        lesson: "\
The name in a commit is a claim, and a commit decides nothing. The signatures are over other bytes, so the edited \
text is in force for nobody, and the check names what was touched. On `main` all is as both signed it.",
    },
    Act {
        title: "A pull request weakens its own gate",
        needs: &["gate", "sign", SIGNING_PROGRAM],
        steps: &[
            Step::Say(
                "Harbor's night shift is short of people. A pull request called \"Tidy up the matrix\" makes the watch over \
                 remote sessions Acme's, and in passing switches off the rule that asks both to read a changed row again. \
                 CI judges it:",
            ),
            Step::Branch("tidy-up"),
            Step::Edit(edit::move_session_watch),
            Step::Replace(
                "countersign.json",
                "\"matrices\": [",
                "\"rules\": { \"review-follows-change\": { \"severity\": \"off\" } },\n  \"matrices\": [",
            ),
            Step::Commit(Person::Ann, "Tidy up the matrix"),
            Step::Say("And the page of the pull request begins with what matters:"),
            Step::Run(
                &["gate", "--base", "main"],
                Show::With(
                    &[
                        "refuses this",
                        "guards the engagement",
                        "switched off",
                        "takes on 1 row",
                        "error[",
                        "[move-to-client",
                    ],
                    0,
                ),
            ),
            Step::Switch("main"),
        ],
        lesson: "\
The rules of `main` judge, so a change cannot switch off the rule that it breaks: the build is red, and whoever reviews sees \
the weaker check and the work that moved before anything else. `countersign init --ci github` sets this up.",
    },
    Act {
        title: "3 a.m., and somebody has to be called",
        needs: &["who", "history", "sign", SIGNING_PROGRAM],
        steps: &[
            Step::Say(
                "A month on, at 3 a.m., an alert comes up that nobody has looked at. It is the day from which Acme was to \
                 review its own logs. Who was it?",
            ),
            Step::Run(
                &["who", "log-review", "--as-of", NEXT],
                Show::Parts(&["[log-review]:", "Call:", "By when:", "In force:", "Agreed by:"]),
            ),
            Step::Say("And was it ever anybody else's?"),
            Step::Run(&["history", "AU.L2-3.3.5[a]"], Show::Parts(&["from 2", "Version 1.0,"])),
        ],
        lesson: "\
The proposal is still on its branch and nobody signed it, so Harbor looks and Acme decides. The answer is whom to call \
and by when, what both signed, and where the proof lies; it is the same for everyone who asks, on any machine, years later.",
    },
];
