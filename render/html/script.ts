/**
 * Shows the values under the pointer in the legend of a chart, and unfolds everything for a print by browsers that cannot do so by styles. The
 * page is complete without it.
 */
export const SCRIPT = `
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
for (const plot of document.querySelectorAll('.plot')) {
  const points = JSON.parse(plot.dataset.points);
  const figure = plot.closest('figure');
  const values = figure.querySelectorAll('.legend b');
  const when = figure.querySelector('.when');
  const cursor = plot.querySelector('.cursor');
  const show = (event) => {
    const box = plot.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    let nearest = 0;
    points.x.forEach((p, i) => { if (Math.abs(p - x) < Math.abs(points.x[nearest] - x)) nearest = i; });
    cursor.style.display = 'block';
    cursor.style.left = points.x[nearest] * 100 + '%';
    when.textContent = 'at ' + points.label[nearest];
    values.forEach((b, i) => { b.textContent = points.series[i][nearest]; });
  };
  plot.addEventListener('pointermove', show);
  plot.addEventListener('pointerdown', show);
  plot.addEventListener('pointerleave', () => {
    cursor.style.display = 'none';
    when.textContent = '';
    values.forEach((b) => { b.textContent = ''; });
  });
}
`;
