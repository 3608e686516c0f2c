//! How an exported workbook looks: parties in colour and in word, what may be changed white, the rest grey.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// The words for who acts, each with the colours of its background and of its letters.
pub(super) const OWNERS: [(&str, u32, u32); 6] = [
    ("client", 0x00DD_EBF7, 0x001F_4E78),
    ("provider", 0x00E2_EFDA, 0x0037_5623),
    ("shared", 0x00FF_F2CC, 0x007F_6000),
    ("inherited", 0x00E4_DFEC, 0x0040_3151),
    ("not-applicable", 0x00ED_EDED, 0x0059_5959),
    ("unassigned", 0x00FC_E4D6, 0x009C_0006),
];

/// The formats of one workbook.
pub(super) struct Style {
    /// The row of headings.
    pub(super) heading: Format,
    /// The heading of a column that may be changed.
    pub(super) open_heading: Format,
    /// A line that begins a family.
    pub(super) family: Format,
    /// A cell that nobody changes.
    pub(super) locked: Format,
    /// A cell that may be changed.
    pub(super) open: Format,
    /// A short word that may be changed.
    pub(super) open_word: Format,
    /// The title of the cover.
    pub(super) title: Format,
    /// A label of the cover.
    pub(super) label: Format,
    /// A text of the cover.
    pub(super) text: Format,
}

impl Style {
    /// Makes the formats.
    pub(super) fn new() -> Self {
        let line =
            |format: Format| format.set_border(FormatBorder::Hair).set_border_color(Color::RGB(0x00BF_BFBF));
        let body = || line(Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@"));
        let heading = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_font_color(Color::White);
        Self {
            heading: heading.clone().set_background_color(Color::RGB(0x0059_5959)),
            open_heading: heading.set_background_color(Color::RGB(0x001F_4E78)),
            family: Format::new().set_bold().set_background_color(Color::RGB(0x00D9_D9D9)),
            locked: body()
                .set_background_color(Color::RGB(0x00F5_F5F5))
                .set_font_color(Color::RGB(0x0040_4040)),
            open: body().set_unlocked(),
            open_word: body()
                .set_unlocked()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::Top),
            title: Format::new().set_bold().set_font_size(16),
            label: Format::new().set_bold().set_align(FormatAlign::Top),
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@"),
        }
    }
}
