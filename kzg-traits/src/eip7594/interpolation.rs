//! The weighted sum of the polynomials that the cells of a batch interpolate.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::FIELD_ELEMENTS_PER_CELL;
use crate::exec::Exec;
use crate::settings::Settings;

use super::cell_batch::CellBatch;

/// The most columns that are interpolated together: those that fill the vector lanes.
const COLUMNS_AT_ONCE: usize = 8;

/// The coefficients of a polynomial of degree below 64.
pub(super) type Coefficients<F> = [F; FIELD_ELEMENTS_PER_CELL];

/// Returns the coefficients of `Σ weights[k]·I_k` over the cells at `positions`, where `I_k` interpolates cell `k`.
/// Each thread has a share of the cells, sorted by column.
pub(super) fn interpolate<B: Backend>(
    settings: &Settings<B>,
    batch: &CellBatch<'_, B>,
    weights: &[B::Fr],
    positions: &[usize],
    exec: &Exec,
) -> Coefficients<B::Fr> {
    let domain = settings.domain();
    let mut by_column = exec.scratch_vec::<(usize, usize)>();
    by_column.extend(positions.iter().map(|&k| (batch.cell_index(k), k)));
    by_column.sort_unstable();
    let share = exec.chunk_len(by_column.len(), 1).max(COLUMNS_AT_ONCE);
    let mut sums = exec.scratch_vec();
    sums.resize(
        by_column.len().div_ceil(share),
        [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL],
    );
    exec.for_each_mut(&mut sums, |index, sum| {
        let cells = &by_column[index * share..];
        let cells = &cells[..share.min(cells.len())];
        add_columns(settings, batch, weights, cells, sum);
    });
    let mut total = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
    for sum in sums.iter() {
        for (total, coefficient) in total.iter_mut().zip(sum) {
            *total += *coefficient;
        }
    }
    B::scale(
        &mut total,
        domain.inverse_size(FIELD_ELEMENTS_PER_CELL) * B::Fr::RAW_UNIT,
    );
    total
}

/// Adds the raw polynomials of cells, times 64, to `sum`. Each cell has its column and its position, in ascending
/// order. The cells of each column are summed before they are interpolated together.
fn add_columns<B: Backend>(
    settings: &Settings<B>,
    batch: &CellBatch<'_, B>,
    weights: &[B::Fr],
    cells: &[(usize, usize)],
    sum: &mut Coefficients<B::Fr>,
) {
    let mut columns = cells.chunk_by(|a, b| a.0 == b.0).peekable();
    let mut of_column = settings.exec().scratch_vec();
    let mut sums = [[B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL]; COLUMNS_AT_ONCE];
    while columns.peek().is_some() {
        let mut indices = [0; COLUMNS_AT_ONCE];
        let mut factors = [B::Fr::ONE; COLUMNS_AT_ONCE];
        // A column with one cell is multiplied by its weight when it is interpolated.
        let mut only_cell = [None; COLUMNS_AT_ONCE];
        let mut count = 0;
        for (place, cells) in (0..COLUMNS_AT_ONCE).zip(&mut columns) {
            indices[place] = cells[0].0;
            if let [(_, k)] = cells {
                only_cell[place] = Some(*k);
                factors[place] = weights[*k];
            } else {
                of_column.clear();
                of_column.extend(cells.iter().map(|&(_, k)| weights[k]));
                B::weighted_sum(&of_column, |i| batch.values(cells[i].1), &mut sums[place]);
            }
            count += 1;
        }
        let row = |place: usize| match only_cell[place] {
            Some(k) => batch.values(k),
            None => &sums[place],
        };
        B::add_interpolations(
            settings.domain(),
            &indices[..count],
            &factors[..count],
            row,
            sum,
        );
    }
}
