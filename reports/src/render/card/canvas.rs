//! Text, lines and marks on pixels. It knows no record. Text is set glyph by glyph from two
//! embedded faces, without kerning.

use crate::render::card::marks;
use tiny_skia::{FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

const REGULAR: &[u8] = include_bytes!("../../../template/vendor/inter-latin-400.ttf");
const BOLD: &[u8] = include_bytes!("../../../template/vendor/inter-latin-600.ttf");
/// Shown for what the faces do not have.
const UNKNOWN: char = '?';

/// A picture in the making.
pub(crate) struct Canvas {
    pixmap: Pixmap,
    regular: Face<'static>,
    bold: Face<'static>,
}

/// One line of text: size in pixels, colour as 0xrrggbb.
pub(crate) struct Text<'t> {
    text: &'t str,
    size: f32,
    colour: u32,
    bold: bool,
}

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl<'t> Text<'t> {
    pub(crate) fn new(text: &'t str, size: f32, colour: u32) -> Self {
        Self { text, size, colour, bold: false }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
}

impl Canvas {
    /// Filled with one colour.
    pub(crate) fn new(width: u32, height: u32, colour: u32) -> Result<Self, String> {
        let mut pixmap = Pixmap::new(width, height).ok_or("no room for its pixels")?;
        let ground =
            Rect::from_xywh(0.0, 0.0, width as f32, height as f32).ok_or("it has no size")?;
        pixmap.fill_rect(ground, &paint(colour), Transform::identity(), None);
        Ok(Self { pixmap, regular: parsed(REGULAR)?, bold: parsed(BOLD)? })
    }

    /// As a PNG.
    pub(crate) fn png(&self) -> Result<Vec<u8>, String> {
        self.pixmap.encode_png().map_err(|error| error.to_string())
    }

    /// Sets a line of text with its baseline at y.
    pub(crate) fn text(&mut self, text: &Text, x: f32, y: f32, anchor: Anchor) {
        let face = if text.bold { &self.bold } else { &self.regular };
        let width = width(face, text.text, text.size);
        let from = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        let scale = scale(face, text.size);
        let mut pen = Pen { path: PathBuilder::new(), x: from, y, scale };
        for glyph in glyphs(face, text.text) {
            // A space has no outline.
            let _ = face.outline_glyph(glyph, &mut pen);
            pen.x += advance(face, glyph) * scale;
        }
        self.fill(pen.path.finish(), text.colour);
    }

    /// A straight line.
    pub(crate) fn line(&mut self, from: [f32; 2], to: [f32; 2], width: f32, colour: u32) {
        let mut path = PathBuilder::new();
        path.move_to(from[0], from[1]);
        path.line_to(to[0], to[1]);
        self.stroke(path.finish(), width, colour);
    }

    /// The mark of a mechanism: the page's shapes in their order.
    pub(crate) fn mark(&mut self, mechanism: usize, at: [f32; 2], colour: u32, fill: u32) {
        let path = marks::outline(mechanism, at);
        self.fill(path.clone(), fill);
        self.stroke(path, 2.5, colour);
    }

    /// The text, cut with a mark where it is wider than so many pixels.
    pub(crate) fn fitted(&self, text: &Text, most: f32) -> String {
        let face = if text.bold { &self.bold } else { &self.regular };
        if width(face, text.text, text.size) <= most {
            return text.text.to_owned();
        }
        let mut kept = String::new();
        for c in text.text.chars() {
            if width(face, &format!("{kept}{c}…"), text.size) > most {
                break;
            }
            kept.push(c);
        }
        format!("{}…", kept.trim_end())
    }

    /// As many whole sentences as stand in so many lines; of a single one that does not, the
    /// beginning.
    pub(crate) fn wrapped(&self, text: &str, size: f32, most: f32, lines: usize) -> Vec<String> {
        let mut wrapped = self.broken(text, size, most);
        for (before_stop, _) in text.rmatch_indices(". ") {
            if wrapped.len() <= lines {
                break;
            }
            wrapped = self.broken(&text[..=before_stop], size, most);
        }
        if wrapped.len() > lines {
            let rest = wrapped.split_off(lines - 1).join(" ");
            wrapped.push(rest);
        }
        wrapped
            .iter()
            .map(|line| self.fitted(&Text::new(line, size, 0), most))
            .collect()
    }

    /// The text in lines.
    fn broken(&self, text: &str, size: f32, most: f32) -> Vec<String> {
        let mut wrapped = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if width(&self.regular, &longer, size) <= most || line.is_empty() {
                line = longer;
            } else {
                wrapped.push(line);
                line = word.to_owned();
            }
        }
        wrapped.push(line);
        wrapped
    }

    fn fill(&mut self, path: Option<Path>, colour: u32) {
        if let Some(path) = path {
            self.pixmap.fill_path(
                &path,
                &paint(colour),
                FillRule::Winding,
                Transform::identity(),
                None,
            );
        }
    }

    fn stroke(&mut self, path: Option<Path>, width: f32, colour: u32) {
        if let Some(path) = path {
            let stroke = Stroke { width, ..Stroke::default() };
            self.pixmap
                .stroke_path(&path, &paint(colour), &stroke, Transform::identity(), None);
        }
    }
}

fn paint(colour: u32) -> Paint<'static> {
    let [_, red, green, blue] = colour.to_be_bytes();
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

/// Pixels for one unit of the face.
fn scale(face: &Face, size: f32) -> f32 {
    size / f32::from(face.units_per_em())
}

fn parsed(face: &'static [u8]) -> Result<Face<'static>, String> {
    Face::parse(face, 0).map_err(|error| format!("the embedded face: {error}"))
}

fn advance(face: &Face, glyph: GlyphId) -> f32 {
    f32::from(face.glyph_hor_advance(glyph).unwrap_or_default())
}

fn glyphs<'f>(face: &'f Face, text: &'f str) -> impl Iterator<Item = GlyphId> + 'f {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter_map(|c| face.glyph_index(c).or_else(|| face.glyph_index(UNKNOWN)))
}

fn width(face: &Face, text: &str, size: f32) -> f32 {
    glyphs(face, text).map(|glyph| advance(face, glyph)).sum::<f32>() * scale(face, size)
}

/// Writes outlines of glyphs, whose y grows upwards, into a path, whose y grows downwards.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_with_a_sentence_where_one_has_room_and_is_cut_where_none_has() {
        let canvas = Canvas::new(1, 1, 0).expect("a canvas");
        let shown = |text, lines| canvas.wrapped(text, 10.0, 100.0, lines).join("|");
        let text = "One toll is 1.5 of it. Another one is longer than a line. A third one.";
        assert!(shown(text, 9).replace('|', " ") == text);
        assert!(shown(text, 3).ends_with("than a line."), "{}", shown(text, 3));
        assert_eq!(shown(text, 2).replace('|', " "), "One toll is 1.5 of it.");
        let cut = shown("One sentence that is by far too long for a line of this card", 1);
        assert!(cut.starts_with("One sentence") && cut.ends_with('…'), "{cut}");
    }
}
