//! Great-circle distance: how far a bed, or a site, is from another (beds.md §6).

/// Mean radius of the Earth, in kilometres.
const RADIUS_KM: f64 = 6_371.008_8;

/// Haversine distance in kilometres between two places, each (latitude, longitude) in degrees.
pub fn kilometres(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (latitude, longitude) = ((to.0 - from.0).to_radians(), (to.1 - from.1).to_radians());
    let half_chord =
        (latitude / 2.0).sin().powi(2) + from.0.to_radians().cos() * to.0.to_radians().cos() * (longitude / 2.0).sin().powi(2);
    2.0 * RADIUS_KM * half_chord.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_around_toulouse_are_as_far_as_in_the_worked_example() {
        let toulouse = (43.6045, 1.4442);
        for (town, place, distance) in [
            ("Montauban", (44.0176, 1.3550), 46.49),
            ("Albi", (43.9289, 2.1464), 66.94),
            ("Auch", (43.6465, 0.5862), 69.22),
            ("Foix", (42.9639, 1.6053), 72.42),
            ("Carcassonne", (43.2130, 2.3491), 85.08),
            ("Cahors", (44.4475, 1.4406), 93.74),
            ("Tarbes", (43.2328, 0.0782), 117.81),
            ("Rodez", (44.3500, 2.5750), 122.71),
        ] {
            let found = kilometres(toulouse, place);
            assert!((found - distance).abs() < 0.005, "{town}: {found}");
            assert_eq!(found <= 100.0, distance <= 100.0, "{town}");
        }
        assert_eq!(kilometres(toulouse, toulouse), 0.0);
    }
}
