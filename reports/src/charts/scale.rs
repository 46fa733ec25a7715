//! Scales from zero, and round tick marks.

/// From values to pixels; zero is always on the scale.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    top: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// 0 stands at `from`, `top` at `to`.
    pub fn new(top: f64, from: f64, to: f64) -> Scale {
        Scale {
            top: if top > 0.0 { top } else { 1.0 },
            from,
            to,
        }
    }

    pub fn at(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * value / self.top
    }
}

/// Round marks from 0 up to the first that reaches `max`, about `wanted` of them; the last is the top of the scale.
pub fn ticks(max: f64, wanted: usize) -> Vec<f64> {
    let max = if max > 0.0 { max } else { 1.0 };
    let rough = max / wanted as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let count = (max / step * 0.9999).ceil() as usize;
    (0..=count).map(|index| index as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_maximum() {
        assert_eq!(ticks(5_812.0, 4), [0.0, 2_000.0, 4_000.0, 6_000.0]);
        assert_eq!(ticks(7.3, 4), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(100.0, 4), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(0.0, 4).last(), Some(&1.0));
    }
}
