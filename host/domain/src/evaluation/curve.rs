//! Scoring curves (评分曲线): how a figure becomes points, in straight pieces between whole
//! numbers. Real ones change from year to year, so they are data, and a curve is checked
//! before anything is scored with it.

use super::points::{Points, half_up};
use serde::Serialize;

/// Where two pieces of a curve meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Knot {
    /// The figure, in hundredths of its measure: 9800 is 98 %.
    pub figure: i64,
    /// What it is worth.
    pub points: Points,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// 正向指标
    Higher,
    /// 逆向指标
    Lower,
}

/// A curve that never turns round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Curve {
    knots: Vec<Knot>,
}

/// Why knots make no curve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurveProblem {
    /// Fewer than two.
    #[error("a curve has at least two knots")]
    TooShort,
    /// A figure that is not above the one before.
    #[error("figures must rise, at knot {number}")]
    FigureNotRising {
        /// The knot's number, from 1.
        number: usize,
    },
    /// Points that rise and fall.
    #[error("a curve never turns round, as at knot {number}")]
    Turns {
        /// The knot's number, from 1.
        number: usize,
    },
    /// Points below nothing, or a curve that gives nothing anywhere.
    #[error("points are not negative and full marks are above zero")]
    NoFullMarks,
}

impl CurveProblem {
    /// What is wrong and what to do, in Chinese.
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Self::TooShort => "至少要有两个点".to_owned(),
            Self::FigureNotRising { number } => {
                format!("第 {number} 点的指标值没有大于前一点：请按指标值从小到大排列")
            }
            Self::Turns { number } => format!("第 {number} 点的分值转了方向：曲线只能一直升或一直降"),
            Self::NoFullMarks => "分值不能为负，满分须大于零".to_owned(),
        }
    }
}

impl Curve {
    /// Makes a curve.
    ///
    /// # Errors
    /// The knots do not rise in their figures, turn round in their points, or give nothing.
    pub fn new(knots: Vec<Knot>) -> Result<Self, CurveProblem> {
        if knots.len() < 2 {
            return Err(CurveProblem::TooShort);
        }
        let (first, last) = (knots[0], knots[knots.len() - 1]);
        for (at, pair) in knots.windows(2).enumerate() {
            let number = at + 2;
            if pair[1].figure <= pair[0].figure {
                return Err(CurveProblem::FigureNotRising { number });
            }
            let step = pair[1].points.cmp(&pair[0].points);
            if step.is_ne() && step != last.points.cmp(&first.points) {
                return Err(CurveProblem::Turns { number });
            }
        }
        let curve = Self { knots };
        if curve.full().0 <= 0 || curve.knots.iter().any(|knot| knot.points.0 < 0) {
            return Err(CurveProblem::NoFullMarks);
        }
        Ok(curve)
    }

    /// 满分: the most it gives.
    #[must_use]
    pub fn full(&self) -> Points {
        self.knots.iter().map(|knot| knot.points).max().unwrap_or_default()
    }

    /// The figures that it was made for, first and last.
    #[must_use]
    pub fn covers(&self) -> (i64, i64) {
        (self.knots[0].figure, self.knots[self.knots.len() - 1].figure)
    }

    /// Which way it thinks is better; nothing for a level curve, which is right for either.
    #[must_use]
    pub fn better(&self) -> Option<Better> {
        match self.knots[self.knots.len() - 1].points.cmp(&self.knots[0].points) {
            std::cmp::Ordering::Greater => Some(Better::Higher),
            std::cmp::Ordering::Less => Some(Better::Lower),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The points for a figure. Beyond its ends the curve is level.
    #[must_use]
    pub fn at(&self, figure: i64) -> Points {
        self.weighted(figure, self.full())
    }

    /// The points for a figure when full marks are worth so much; rounded once, half up.
    #[must_use]
    pub fn weighted(&self, figure: i64, weight: Points) -> Points {
        let (first, last) = self.covers();
        let figure = figure.clamp(first, last);
        let piece = self.knots.windows(2).find(|pair| figure <= pair[1].figure).unwrap_or(&self.knots[..2]);
        let [from, to] = [piece[0], piece[1]];
        let run = i128::from(to.figure) - i128::from(from.figure);
        let gone = i128::from(figure) - i128::from(from.figure);
        let rise = i128::from(to.points.0) - i128::from(from.points.0);
        let height = i128::from(from.points.0) * run + gone * rise;
        Points(half_up(height * i128::from(weight.0), run * i128::from(self.full().0)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(knots: &[(i64, i64)]) -> Result<Curve, CurveProblem> {
        Curve::new(knots.iter().map(|&(figure, points)| Knot { figure, points: Points(points) }).collect())
    }

    #[test]
    fn pieces_meet_and_ends_are_level() {
        let curve = curve(&[(0, 0), (5000, 1000), (10_000, 4000)]).expect("a curve");
        for (figure, points) in
            [(-5, 0), (0, 0), (2500, 500), (5000, 1000), (7500, 2500), (10_000, 4000), (20_000, 4000)]
        {
            assert_eq!(curve.at(figure), Points(points), "{figure}");
        }
        assert_eq!(curve.weighted(7500, Points(3000)), Points(1875), "2500 of 4000, of 3000");
        assert_eq!(curve.better(), Some(Better::Higher));
    }

    #[test]
    fn a_falling_curve_rounds_half_up_too() {
        let curve = curve(&[(0, 1), (2, 0)]).expect("a curve");
        assert_eq!([0, 1, 2].map(|figure| curve.at(figure).0), [1, 1, 0]);
        assert_eq!(curve.better(), Some(Better::Lower));
    }

    #[test]
    fn what_is_no_curve_is_refused() {
        let refused = |knots: &[(i64, i64)]| curve(knots).expect_err("refused");
        assert_eq!(refused(&[(0, 1)]), CurveProblem::TooShort);
        assert_eq!(refused(&[(0, 0), (5, 1), (5, 2)]), CurveProblem::FigureNotRising { number: 3 });
        assert_eq!(refused(&[(0, 0), (5, 9), (9, 8)]), CurveProblem::Turns { number: 3 });
        assert_eq!(refused(&[(0, 9), (5, 10), (9, 0)]), CurveProblem::Turns { number: 2 });
        assert_eq!(refused(&[(0, 5), (5, 9), (9, 5)]), CurveProblem::Turns { number: 2 });
        assert_eq!(refused(&[(0, 0), (5, 0)]), CurveProblem::NoFullMarks);
        assert_eq!(refused(&[(0, -1), (5, 2)]), CurveProblem::NoFullMarks);
        assert!(curve(&[(0, 5), (5, 5)]).is_ok_and(|level| level.better().is_none()));
    }
}
