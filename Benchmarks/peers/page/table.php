<?php header('Content-Type: text/html; charset=utf-8'); ?>
<table>
<?php for ($row = 0; $row < 1000; $row++) { ?><tr><?php for ($column = 0; $column < 6; $column++) { ?><td><?= htmlspecialchars($row * $column) ?></td><?php } ?></tr>
<?php } ?></table>
