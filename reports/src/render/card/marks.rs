//! Outlines of the marks on a card: a shape for each mechanism, as in `template/figure.js`. It
//! fills and colours nothing.

use std::f32::consts::PI;
use tiny_skia::{Path, PathBuilder};

/// Half the width of a mark, pixels.
const RADIUS: f32 = 8.5;

/// Corners around the middle of a mark, pixels to the right and down.
type Corners = Vec<[f32; 2]>;

/// Circle, square, triangle, diamond, star, wye, cross, and from there on again, around a point in
/// pixels.
pub(crate) fn outline(mechanism: usize, [x, y]: [f32; 2]) -> Option<Path> {
    let corners = match mechanism % 7 {
        0 => return PathBuilder::from_circle(x, y, RADIUS),
        1 => square(RADIUS * 0.87),
        2 => triangle(RADIUS),
        3 => diamond(RADIUS),
        4 => star(RADIUS),
        5 => wye(0.96 * RADIUS),
        _ => cross(RADIUS),
    };
    let mut path = PathBuilder::new();
    for (at, [dx, dy]) in corners.iter().enumerate() {
        if at == 0 {
            path.move_to(x + dx, y + dy);
        } else {
            path.line_to(x + dx, y + dy);
        }
    }
    path.close();
    path.finish()
}

fn square(half: f32) -> Corners {
    vec![[-half, -half], [half, -half], [half, half], [-half, half]]
}

fn triangle(radius: f32) -> Corners {
    let r = radius;
    vec![[0.0, -1.1 * r], [1.05 * r, 0.75 * r], [-1.05 * r, 0.75 * r]]
}

fn diamond(radius: f32) -> Corners {
    let r = radius;
    vec![[0.0, -1.2 * r], [0.9 * r, 0.0], [0.0, 1.2 * r], [-0.9 * r, 0.0]]
}

/// Five points: corners far and near in turn.
fn star(radius: f32) -> Corners {
    let mut corners = Vec::new();
    for at in 0..10 {
        let turn = PI * at as f32 / 5.0;
        let far = if at % 2 == 0 { 1.25 * radius } else { 0.55 * radius };
        corners.push([far * turn.sin(), -far * turn.cos()]);
    }
    corners
}

/// Three square arms of this side on the sides of a triangle: one down, two up.
fn wye(side: f32) -> Corners {
    let near = side / 12_f32.sqrt();
    let (far, half) = (near + side, side / 2.0);
    let mut corners = Vec::new();
    for degrees in [90.0_f32, 210.0, 330.0] {
        let (down, right) = degrees.to_radians().sin_cos();
        for (along, aside) in [(near, -half), (far, -half), (far, half), (near, half)] {
            corners.push([along * right - aside * down, along * down + aside * right]);
        }
    }
    corners
}

fn cross(radius: f32) -> Corners {
    let (r, t) = (radius, radius / 2.6);
    vec![
        [-t, -r],
        [t, -r],
        [t, -t],
        [r, -t],
        [r, t],
        [t, t],
        [t, r],
        [-t, r],
        [-t, t],
        [-r, t],
        [-r, -t],
        [-t, -t],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wye_goes_round_its_middle_and_stands_on_one_arm() {
        let points = wye(6.0);
        assert_eq!(points.len(), 12);
        let turns = |at: usize| {
            let ([ax, ay], [bx, by]) = (points[at], points[(at + 1) % points.len()]);
            ax * by - ay * bx
        };
        assert!((0..12).all(|at| turns(at) >= -1e-4), "never back");
        let lowest = points.iter().map(|[_, down]| *down).fold(f32::MIN, f32::max);
        let highest = points.iter().map(|[_, down]| *down).fold(f32::MAX, f32::min);
        assert!(lowest > -highest, "one arm down, two up");
    }
}
