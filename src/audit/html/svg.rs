//! Drawing. All lengths are in units of which a chart is [`WIDTH`] wide; what they look like is the style sheet's to say.

use std::fmt::Write;

use minijinja::HtmlEscape;

pub(super) const WIDTH: u64 = 480;

/// A picture with a title and a description for those who do not see it.
pub(super) struct Drawing {
    id: &'static str,
    title: String,
    says: String,
    height: u64,
    shapes: String,
}

/// On which side of its point a text stands.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Drawing {
    pub(super) fn new(id: &'static str, title: &str, says: &str, height: u64) -> Self {
        Self { id, title: title.to_owned(), says: says.to_owned(), height, shapes: String::new() }
    }

    fn draw(&mut self, shape: std::fmt::Arguments<'_>) {
        // A string takes everything.
        let _ = self.shapes.write_fmt(shape);
    }

    /// With what a mouse that points at it is told.
    pub(super) fn rect(&mut self, class: &str, [x, y, width, height]: [u64; 4], says: &str) {
        let says = HtmlEscape(says);
        self.draw(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"><title>{says}</title></rect>"
        ));
    }

    pub(super) fn bare_rect(&mut self, class: &str, [x, y, width, height]: [u64; 4]) {
        self.draw(format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"));
    }

    pub(super) fn dot(&mut self, class: &str, x: u64, y: u64, says: &str) {
        let says = HtmlEscape(says);
        self.draw(format_args!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"3\"><title>{says}</title></circle>"
        ));
    }

    pub(super) fn line(&mut self, class: &str, points: &[(u64, u64)]) {
        let points = points.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
        self.draw(format_args!("<polyline class=\"{class}\" points=\"{points}\"/>"));
    }

    pub(super) fn text(&mut self, class: &str, anchor: Anchor, x: u64, y: u64, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = HtmlEscape(text);
        self.draw(format_args!("<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{x}\" y=\"{y}\">{text}</text>"));
    }

    /// Names with their own writing directions, one beside the other.
    pub(super) fn names(&mut self, class: &str, x: u64, y: u64, names: &[String]) {
        let spans: Vec<String> = names.iter().map(|name| format!("<tspan>{}</tspan>", HtmlEscape(name))).collect();
        let spans = spans.join(" / ");
        self.draw(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{spans}</text>"));
    }

    pub(super) fn finish(self) -> String {
        let Self { id, title, says, height, shapes } = self;
        let (title, says) = (HtmlEscape(&title), HtmlEscape(&says));
        format!(
            "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-says\" viewBox=\"0 0 {WIDTH} {height}\">\
             <title id=\"{id}-title\">{title}</title><desc id=\"{id}-says\">{says}</desc>{shapes}</svg>"
        )
    }
}
