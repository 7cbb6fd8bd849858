//! The outlines of marks, one shape for each mechanism.

use tiny_skia::{Path, PathBuilder};

/// Half the width of a mark, pixels.
const MARK: f32 = 8.5;

/// Circle, square, triangle, diamond, star, wye, cross, as in `template/figure.js`.
pub(crate) fn outline(mechanism: usize, [x, y]: [f32; 2]) -> Option<Path> {
    let (r, s) = (MARK, MARK * 0.87);
    let points: &[[f32; 2]] = match mechanism % 7 {
        0 => return PathBuilder::from_circle(x, y, r),
        1 => &[[-s, -s], [s, -s], [s, s], [-s, s]],
        2 => &[[0.0, -1.1 * r], [1.05 * r, 0.75 * r], [-1.05 * r, 0.75 * r]],
        3 => &[[0.0, -1.2 * r], [0.9 * r, 0.0], [0.0, 1.2 * r], [-0.9 * r, 0.0]],
        4 => &star(r),
        5 => &wye(0.96 * r),
        _ => &cross(r),
    };
    let mut path = PathBuilder::new();
    for (at, [dx, dy]) in points.iter().enumerate() {
        if at == 0 {
            path.move_to(x + dx, y + dy);
        } else {
            path.line_to(x + dx, y + dy);
        }
    }
    path.close();
    path.finish()
}

/// Five points, the first one up.
fn star(r: f32) -> Vec<[f32; 2]> {
    let corner = |at: u8| {
        let turn = std::f32::consts::PI * f32::from(at) / 5.0;
        let far = if at.is_multiple_of(2) { 1.25 * r } else { 0.55 * r };
        [far * turn.sin(), -far * turn.cos()]
    };
    (0..10).map(corner).collect()
}

/// An upright cross.
fn cross(r: f32) -> [[f32; 2]; 12] {
    let t = r / 2.6;
    [
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

/// Three square arms of this side on the sides of a triangle: one down, two up.
fn wye(side: f32) -> Vec<[f32; 2]> {
    let near = side / 12_f32.sqrt();
    let arm = |degrees: f32| {
        let (down, right) = degrees.to_radians().sin_cos();
        let corner =
            |far: f32, aside: f32| [far * right - aside * down, far * down + aside * right];
        let (far, half) = (near + side, side / 2.0);
        [corner(near, -half), corner(far, -half), corner(far, half), corner(near, half)]
    };
    [90.0, 210.0, 330.0].into_iter().flat_map(arm).collect()
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
