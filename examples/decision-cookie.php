<?php
// The value of a decision cookie: a client's new sessions go to one member, for an hour.
//
//   SECRET=… php examples/decision-cookie.php KEY CLUSTER ROUTE

[, $key, $cluster, $route] = $argv;
$expires = getenv('EXPIRES') ?: time() + 3600;
$signed = "1.$key.$expires.$cluster.member.$route";
$mac = hash_hmac('sha256', $signed, getenv('SECRET'), true);
echo $signed . '.' . rtrim(strtr(base64_encode($mac), '+/', '-_'), '=') . "\n";
