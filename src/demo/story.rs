//! The plot of the tour: acts, in order. A new act is one entry here.

use super::{Act, CLIENT, MATRIX, PROVIDER, Person, Show, Step, edit};

/// Who they are and what the trouble is.
pub(super) const OPENING: &str = "\
Acme Defense makes parts for the Navy and has to pass a CMMC Level 2 assessment. Harbor MSP runs Acme's computers. \
The assessor will ask, for each of 110 requirements: which of you does it, who decides, who keeps the proof, and \
where is it written that you both agreed? Today the answer is a spreadsheet that Harbor edited last.\n\n\
Ann leads compliance at Harbor. Bob manages IT at Acme. Everything you see happens in a real git repository.";

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
        title: "Responsibility moves, in review",
        needs: &["check"],
        steps: &[
            Step::Say(
                "Months later Acme hires an analyst. Bob proposes on a branch that Acme reviews its logs itself; Harbor \
                 only delivers them.",
            ),
            Step::Branch("acme-reviews-its-logs"),
            Step::Edit(edit::move_log_review),
            Step::Run(&["check"], Show::With(&["[review-follows-change]"], 2)),
            Step::Commit(Person::Bob, "Take over log review from Harbor"),
            Step::Switch("main"),
        ],
        lesson: "\
What both agreed on was the old text, so the check asks for another walk through this one row, and for no other. The \
proposal waits on its branch; on `main` stands what both have agreed on, and the history keeps who wrote what.",
    },
    Act {
        title: "What the change means",
        needs: &["diff"],
        steps: &[
            Step::Say("Ann does not compare JSON lines. She asks what moves to whom."),
            Step::Run(&["diff", "main", "acme-reviews-its-logs"], Show::First(8)),
        ],
        lesson: "\
Who takes on what, who gives up what, and whether anything is left to nobody: in words that a manager and a lawyer \
can read, before anybody agrees to it.",
    },
];
