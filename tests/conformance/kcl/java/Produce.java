import com.google.common.util.concurrent.ListenableFuture;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.Attempt;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

/**
 * Puts user records with the Kinesis Producer Library. Arguments: port of HTTPS on loopback, file of
 * the certificate to trust, stream. Input: a line a record, key TAB explicit hash (or nothing) TAB
 * text. Output: a line a record, in the order of the input, ok TAB shard TAB sequence number TAB the
 * errors of attempts before, or failed TAB why.
 */
public final class Produce {
  public static void main(String[] args) throws Exception {
    var here = "127.0.0.1";
    var port = Long.parseLong(args[0]);
    var producer = new KinesisProducer(new KinesisProducerConfiguration()
        .setRegion("us-east-1")
        .setCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .setKinesisEndpoint(here).setKinesisPort(port)
        .setStsEndpoint(here).setStsPort(port)
        .setCloudwatchEndpoint(here).setCloudwatchPort(port)
        .setMetricsLevel("none")
        .setCaCertFile(args[1])
        .setRecordMaxBufferedTime(200)
        .setLogLevel("warning"));
    List<ListenableFuture<UserRecordResult>> puts = new ArrayList<>();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null;) {
      var parts = line.split("\t", 3);
      puts.add(producer.addUserRecord(args[2], parts[0], parts[1].isEmpty() ? null : parts[1],
          ByteBuffer.wrap(parts[2].getBytes(StandardCharsets.UTF_8))));
    }
    producer.flushSync();
    for (var put : puts) {
      try {
        var result = put.get();
        System.out.println((result.isSuccessful() ? "ok" : "failed") + "\t" + result.getShardId() + "\t"
            + result.getSequenceNumber() + "\t" + result.getAttempts().stream()
                .filter(attempt -> !attempt.isSuccessful()).map(Attempt::getErrorCode)
                .collect(Collectors.joining(" ")));
      } catch (Exception failure) {
        System.out.println("failed\t" + failure);
      }
    }
    producer.destroy();
    System.exit(0);
  }
}
